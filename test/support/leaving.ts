// The deletion of an account, asked for as its person asks for it, by whatever they have just proved who they are.
import type { Citizen } from '../../src/sandbox/citizen.ts';
import type { TestCivicId } from './civic-id.ts';

export const askForDeletion = async ({ app }: Pick<TestCivicId, 'app'>, { id }: Pick<Citizen, 'id'>): Promise<void> => {
  const account = await app.services.accounts.find(id);
  if (account === undefined) throw new Error('nobody');
  const since = Math.ceil(Math.max(Date.now(), account.sessionsValidFrom.getTime()) / 1000);
  const person = { account, sessionUid: 'of-this-test', since, hasGivenFactor: true, hasGivenPassword: true };
  const proof = { accountId: id, sessionUid: 'of-this-test', provedAt: new Date(), by: 'password' } as const;
  const visit = { clientId: undefined, requestId: 'TESTS-TESTS', network: '192.0.2.0/24', device: 'unknown' };
  const asked = await app.rules.leaving.ask(person, { proof, typed: account.accountNumber.slice(-4) }, visit);
  if (asked.outcome !== 'leaving') throw new Error(asked.outcome);
};
