// A moment as a person reads it: by their own clock where it is known, and always with the name of the zone.
type Translate = (key: string) => string;

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false; // a profile may hold any text; the notice must go all the same
  }
};

export const describeTime = (at: Date, zone: string | undefined, t: Translate): string =>
  new Intl.DateTimeFormat(t('notice.language'), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: zone !== undefined && isZone(zone) ? zone : 'Europe/Moscow',
  }).format(at);
