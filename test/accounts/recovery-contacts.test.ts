// ATT-R12: a contact that took another's place gives nobody their access back for a while.
import { expect, it } from '@jest/globals';
import { canRecoverWith } from '../../src/accounts/index.ts';

const at = (time: string) => new Date(`2026-11-24T${time}Z`);
const value = 'anna@example.org';

it('an unconfirmed one gives nothing', () => {
  expect(canRecoverWith({ value, confirmedAt: null }, at('12:00:00'))).toBe(false);
});

it('the one of the registration gives access back at once', () => {
  expect(canRecoverWith({ value, confirmedAt: at('12:00:00') }, at('12:00:00'))).toBe(true);
});

it('a new one does from its hour on, not a second before', () => {
  const contact = { value, confirmedAt: at('12:00:00'), recoversFrom: new Date('2026-11-25T12:00:00Z') };
  expect(canRecoverWith(contact, new Date('2026-11-25T11:59:59Z'))).toBe(false);
  expect(canRecoverWith(contact, new Date('2026-11-25T12:00:00Z'))).toBe(true);
});
