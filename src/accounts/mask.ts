// A contact as it may be shown to somebody who has proved something already: enough to recognise, too little to learn.

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
