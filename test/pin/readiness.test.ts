// Who may have a PIN: contacts and level are there, and a message reaches the phone; what is missing is named.
import { describe, expect, it } from '@jest/globals';
import { createReadiness, type PinNeed } from '../../src/pin/setting/readiness.ts';
import type { Account } from '../../src/accounts/index.ts';

const confirmedAt = new Date();
const phone = { value: '+79000000005', confirmedAt };
const email = { value: 'olga@example.org', confirmedAt };
const olga: Pick<Account, 'level' | 'phone' | 'email'> = { level: 'confirmed', phone, email };

const missingWith = (needs: readonly PinNeed[], changes: Partial<typeof olga>): string[] => {
  const delivery = { reaches: (_channel: string, to: string) => to.startsWith('+7') };
  return createReadiness({ needs, delivery })({ ...olga, ...changes }).missing;
};
const all = ['email', 'phone', 'confirmed'] as const;

describe('a person', () => {
  it('who has everything lacks nothing', () => {
    expect(missingWith(all, {})).toEqual([]);
  });

  it.each([
    ['email', { email: undefined }],
    ['email', { email: { ...email, confirmedAt: null } }],
    ['phone', { phone: undefined }],
    ['phone', { phone: { ...phone, confirmedAt: null } }],
    ['confirmed', { level: 'standard' as const }],
    ['unreachable', { phone: { ...phone, value: '+375290000001' } }],
  ])('lacks what is not there or not confirmed: %s', (what, changes) => {
    expect(missingWith(all, changes)).toEqual([what]);
  });

  it('lacks several things in the order in which they are to be got', () => {
    const nothing = { level: 'basic' as const, phone: undefined, email: undefined };
    expect(missingWith(all, nothing)).toEqual(['email', 'phone', 'confirmed']);
  });

  it('lacks nothing that this deployment does not ask for, but the phone always', () => {
    expect(missingWith(['phone'], { level: 'basic', email: undefined })).toEqual([]);
    expect(missingWith(['phone', 'standard'], { level: 'standard', email: undefined })).toEqual([]);
    expect(missingWith(['phone', 'standard'], { level: 'basic' })).toEqual(['standard']);
    expect(missingWith([], { phone: undefined })).toEqual(['phone']);
  });
});
