// Wrong passwords say nothing of a new one: whoever has just been given their access back is not kept waiting.
import type { Account, Accounts } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import { personSubject, subjectOf } from './try-subjects.ts';

interface Needs {
  accounts: Pick<Accounts, 'readDocuments'>;
  attempts: Pick<Attempts, 'forget'>;
}

export const createForgetTries =
  ({ accounts, attempts }: Needs) =>
  async ({ id, phone, email }: Account): Promise<void> => {
    const { snils } = await accounts.readDocuments(id, ['snils']);
    const identifiers = [
      ...(phone === undefined ? [] : [{ kind: 'phone' as const, value: phone.value }]),
      ...(email === undefined ? [] : [{ kind: 'email' as const, value: email.value }]),
      ...(snils === undefined ? [] : [{ kind: 'snils' as const, value: snils }]),
    ];
    const subjects = [...identifiers.map((identifier) => subjectOf(identifier, '')), personSubject(id)];
    await Promise.all(subjects.map((subject) => attempts.forget(subject)));
  };
