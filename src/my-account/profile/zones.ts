// The time zones that a person may choose from: those of the three languages' people, and the one that they have.
import { describeZone, type Speech } from '../../web/index.ts';

const zones = [
  'Europe/Kaliningrad',
  'Europe/Moscow',
  'Europe/Samara',
  'Asia/Yekaterinburg',
  'Asia/Omsk',
  'Asia/Krasnoyarsk',
  'Asia/Irkutsk',
  'Asia/Yakutsk',
  'Asia/Vladivostok',
  'Asia/Magadan',
  'Asia/Kamchatka',
  'Atlantic/Azores',
  'Europe/Lisbon',
  'Europe/London',
  'Europe/Paris',
  'Europe/Athens',
] as const;

export const isZone = (name: string, own: string): boolean => name === own || zones.some((zone) => zone === name);

const offsetOf = (timeZone: string, now: Date): string =>
  new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(now)
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** `own`: what the profile has. */
export const zoneOptions = (speech: Speech, own: string, now: Date) =>
  [...new Set([...zones, own])].map((zone) => ({
    value: zone,
    label: `${offsetOf(zone, now)} · ${describeZone(speech, { zone, now })}`,
  }));
