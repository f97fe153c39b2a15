// The PINs that people choose first, by rule and not by a list that leaked somewhere (PIN-10): about a tenth of all.

const digitsOf = (pin: string): number[] => Array.from(pin, Number);

/** The same step from digit to digit, 9 and 0 being neighbours: 7777, 1234, 8901, 2468. */
const isRun = (pin: string): boolean => {
  const digits = digitsOf(pin);
  const steps = digits.slice(1).map((digit, place) => (digit - (digits[place] ?? 0) + 10) % 10);
  return new Set(steps).size === 1 && [0, 1, 2, 8, 9].includes(steps[0] ?? 0);
};

/** A piece that comes again: 1212, 123123. */
const isRepeated = (pin: string): boolean =>
  [1, 2, 3].some((length) => length < pin.length && pin.slice(0, length).repeat(pin.length / length) === pin);

/** The same from both ends: 1221, 123321. */
const isMirrored = (pin: string): boolean => pin === Array.from(pin).reverse().join('');

/** Pairs, or two halves of one digit each: 1122, 112233, 111222. */
const isDoubled = (pin: string): boolean =>
  /^(?:(\d)\1)(?:(\d)\2)(?:(\d)\3)?$/.test(pin) || /^(\d)\1\1(\d)\2\2$/.test(pin);

const oneWay = ['123', '456', '789', '147', '258', '369', '159', '357', '2580'];
const lines = [...oneWay, ...oneWay.map((line) => Array.from(line).reverse().join(''))];
/** Lines of the keypad: 2580, and two of three keys, 147258. */
const isKeypadLine = (pin: string): boolean =>
  lines.some((line) => pin === line || (line.length === 3 && pin.startsWith(line) && lines.includes(pin.slice(3))));

const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isDay = (day: string, month: string): boolean =>
  Number(day) >= 1 && Number(day) <= (daysIn[Number(month) - 1] ?? 0);
const isYear = (text: string): boolean => Number(text) >= 1930 && Number(text) <= 2035;
const isMonth = (text: string): boolean => Number(text) >= 1 && Number(text) <= 12;

/** A year, or a day in any order that dates are written in. */
const isDate = (pin: string): boolean => {
  const [a = '', b = '', c = ''] = pin.match(/\d\d/g) ?? [];
  if (pin.length === 4) return isYear(pin) || isDay(a, b) || isDay(b, a);
  const isWithYear = (isYear(a + b) && isMonth(c)) || (isYear(b + c) && isMonth(a));
  return isWithYear || isDay(a, b) || isDay(b, a) || isDay(c, b);
};

/** Of four or six digits. */
export const isWeak = (pin: string): boolean =>
  [isRun, isRepeated, isMirrored, isDoubled, isKeypadLine, isDate].some((isOneOf) => isOneOf(pin));
