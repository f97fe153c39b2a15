// The contacts as they were before the first change that can still be taken back: whatever came between is gone.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { AccountDocument } from './account-records-store.ts';
import type { Contact } from './account.ts';
import type { ContactChange, ContactKind } from './contact-changes-store.ts';
import type { ContactIdentifiers, ContactNeeds } from './contact-identifiers-store.ts';

interface Needs extends ContactNeeds {
  identifiers: ContactIdentifiers;
}

const kinds: readonly ContactKind[] = ['phone', 'email'];

interface Back {
  kind: ContactKind;
  /** Null where there was none. */
  before: Contact | null;
}

/** Of each kind that changed, what it was before the first change. */
const firstOf = (changes: ContactChange[]): Back[] =>
  kinds.flatMap((kind) => {
    const first = changes.find((change) => change.kind === kind);
    return first === undefined ? [] : [{ kind, before: first.before }];
  });

export const createRestoreContacts = ({ models: { AccountModel }, changes, identifiers, now }: Needs) => {
  const write = async (tx: Tx, accountId: string, kind: ContactKind, before: Contact | null): Promise<void> => {
    const change =
      before === null
        ? { $unset: { [kind]: 1 }, $set: { updatedAt: now() } }
        : { $set: { [kind]: before, updatedAt: now() } };
    await AccountModel.updateOne({ _id: accountId }, change, { session: sessionOf(tx) });
  };

  const isLost = async (tx: Tx, accountId: string, { kind, before }: Back): Promise<boolean> =>
    before !== null && identifiers.isSomebodyElses(tx, accountId, identifiers.idOf(kind, before));

  /** What can come back: a contact that somebody else has proved meanwhile stays theirs. */
  const backOf = async (tx: Tx, accountId: string, open: ContactChange[]): Promise<Back[]> => {
    const back: Back[] = [];
    for (const one of firstOf(open)) if (!(await isLost(tx, accountId, one))) back.push(one);
    return back;
  };

  return async (tx: Tx, accountId: string): Promise<boolean> => {
    const open = await changes.find(tx, accountId, now());
    const account = await AccountModel.findById(accountId).session(sessionOf(tx)).lean<AccountDocument>();
    const back = await backOf(tx, accountId, open);
    if (account === null || back.length === 0) return false;
    const after = {
      phone: account.phone,
      email: account.email,
      ...Object.fromEntries(back.map((one) => [one.kind, one.before])),
    };
    // Somebody who cannot be reached at all is worse off than somebody who keeps a contact too many.
    if (!kinds.some((kind) => after[kind]?.confirmedAt)) return false;

    const ofThese = open.filter(({ kind }) => back.some((one) => one.kind === kind));
    const between = ofThese.flatMap(({ kind, before }) => (before === null ? [] : [identifiers.idOf(kind, before)]));
    const current = back.flatMap(({ kind }) => {
      const contact = account[kind];
      return contact === undefined ? [] : [identifiers.idOf(kind, contact)];
    });
    await identifiers.free(tx, accountId, [...between, ...current]);
    for (const { kind, before } of back) {
      if (before !== null && !(await identifiers.claim(tx, accountId, identifiers.idOf(kind, before))))
        throw new Error('a contact that was kept is somebody else’s');
      await write(tx, accountId, kind, before);
    }
    await changes.forget(tx, accountId);
    return true;
  };
};
