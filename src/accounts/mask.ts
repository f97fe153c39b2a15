// A contact or a document's number as it may be shown to somebody who has proved something already: enough to recognise, too little to learn.

/** `+7 ••• •••-45-67` */
export const maskPhone = (e164: string): string => {
  const digits = e164.slice(1);
  const country = digits.slice(0, Math.max(1, digits.length - 10));
  return `+${country} ••• •••-${digits.slice(-4, -2)}-${digits.slice(-2)}`;
};

/** `a•••a@example.org` */
export const maskEmail = (address: string): string => {
  const [local = '', domain = ''] = address.split('@');
  const letters = Array.from(local);
  const last = letters.length > 2 ? (letters.at(-1) ?? '') : '';
  return `${letters[0] ?? ''}•••${last}@${domain}`;
};

/** A masked contact and what of it is told to somebody who listens: the end of a phone, both ends of an address. */
export const tellMasked = (kind: 'sms' | 'email', masked: string) => {
  const [start = '', end = ''] = masked.split(/•[• -]*/).filter((part) => part !== '');
  return { kind, masked, start, end: kind === 'sms' ? end.replaceAll('-', ' ') : end };
};

/** `•••-•••-445 95`, of a SNILS as it stands on the document. */
export const maskSnils = (formatted: string): string => `•••-•••-${formatted.slice(8)}`;

/** `••••••••1234` */
export const maskInn = (digits: string): string => `••••••••${digits.slice(8)}`;

/** `45 •• ••••56` */
export const maskPassport = (series: string, number: string): string =>
  `${series.slice(0, 2)} •• ••••${number.slice(-2)}`;

/** Of a number of any kind its end: a third, four letters at most. */
export const maskNumber = (text: string): string => {
  const letters = Array.from(text);
  const shown = Math.min(4, Math.floor(letters.length / 3));
  return '•'.repeat(letters.length - shown) + letters.slice(letters.length - shown).join('');
};
