// A document of another country: nobody knows all their forms, so letters, digits and hyphens in any order.
import { evenOut, readTyped } from '../typed-text.ts';

const shape = /^(?=.{3,20}$)[\p{L}\p{Nd}]+(?:-[\p{L}\p{Nd}]+)*$/u;

/** Series and number in one, in capitals, without spaces; undefined for what cannot be one. Never throws. */
export const normaliseForeignDocument = (typed: string): string | undefined => {
  const text = evenOut(readTyped(typed, 48) ?? '').replaceAll(' ', '');
  const value = capitals(text);
  // A few letters of the world are never done becoming capitals.
  return shape.test(value) && capitals(value) === value ? value : undefined;
};

const capitals = (text: string): string => text.toUpperCase().normalize('NFKC');
