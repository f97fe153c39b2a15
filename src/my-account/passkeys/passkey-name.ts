// What a person calls a passkey: one line that can be read aloud, with nothing in it that moves other text about.
const most = 40;

/** Undefined for nothing, and for more than fits. */
export const readPasskeyName = (typed: string): string | undefined => {
  const name = typed
    .normalize('NFC')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  const length = Array.from(name).length;
  return length > 0 && length <= most ? name : undefined;
};
