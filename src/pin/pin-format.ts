// A PIN is exactly so many ASCII digits; whatever else was typed is no attempt (PIN-09).

/** The digits as text, leading zeros kept; undefined where the text is no PIN. */
export const readPin = (typed: string, digits: 4 | 6): string | undefined => {
  const pin = typed.trim();
  return pin.length === digits && /^[0-9]+$/.test(pin) ? pin : undefined;
};
