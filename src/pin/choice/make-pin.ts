// A PIN for somebody who would rather not think of one: any that may be chosen, each as likely as the other.
import { randomInt } from 'node:crypto';
import type { JudgePin, PinChoice } from './judge-pin.ts';

/** Throws `HashingBusy`. */
export const createMakePin =
  (judge: JudgePin, digits: 4 | 6) =>
  async (choice: PinChoice): Promise<string> => {
    for (;;) {
      const pin = String(randomInt(0, 10 ** digits)).padStart(digits, '0');
      if ((await judge(pin, choice)) === 'good') return pin;
    }
  };
