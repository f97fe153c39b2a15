// A time to wait, in words and in seconds, rounded up: nobody is sent away twice.
import { around, type Translate } from './texts.ts';

const secondsUntil = (until: Date, now: Date): number =>
  Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));

const describeSeconds = (seconds: number, t: Translate): string => {
  if (seconds < 60) return t('duration.seconds', { count: seconds });
  if (seconds < 2 * 3600) return t('duration.minutes', { count: Math.ceil(seconds / 60) });
  return t('duration.hours', { count: Math.ceil(seconds / 3600) });
};

/** «30 секунд», «2 минуты», «3 часа». */
export const describeWait = (until: Date, now: Date, t: Translate): string =>
  describeSeconds(secondsUntil(until, now), t);

/** A sentence with `{{duration}}` in it, taken apart so that the page can count the time down. */
export const describeCountdown = (t: Translate, key: string, until: Date, now: Date) => {
  const seconds = secondsUntil(until, now);
  return { around: around(t, key, 'duration'), duration: describeSeconds(seconds, t), seconds };
};
