// A contact goes when another confirmed one stays; who has it is told, and can put it back for a while. A phone takes the codes by SMS with it.
import type { Person } from './contact-flow.ts';
import type { SaveNeeds } from './save-contact.ts';
import type { AccountVisit } from '../account-visit.ts';
import type { ContactKind } from '../../accounts/index.ts';
import type { FreshProof } from '../../sessions/index.ts';
import type { Tx } from '../../mongo/index.ts';
import type { SecondFactors } from '../../second-factors/index.ts';
import { isAlive } from '../../sessions/index.ts';

/** `last`: no confirmed contact would be left. `gone`: the session has ended. */
export type ContactGone = { outcome: 'removed' | 'last' | 'none' | 'gone' };

export interface RemoveNeeds extends Omit<SaveNeeds, 'recoversAfterSeconds'> {
  secondFactors: Pick<SecondFactors, 'ofAccount' | 'takeAway'>;
}

export const createRemoveContact = (needs: RemoveNeeds) => {
  const { accounts, secondFactors, notices, journal, now } = needs;

  const removeIn = async (tx: Tx, person: Person, kind: ContactKind, at: Date, visit: AccountVisit) => {
    const { id } = person.account;
    const current = await accounts.find(id, tx);
    if (current === undefined || !isAlive(current, person)) return 'gone' as const;
    const removed = await accounts.removeContact(tx, id, kind, new Date(at.getTime() + needs.revertSeconds * 1000));
    if (removed.outcome !== 'removed') return removed.outcome;

    await needs.checkpoint('contact removed');
    const facts = { at, device: visit.device, requestId: visit.requestId };
    const former = { kind, contact: removed.before };
    const left = { ...current, [kind]: undefined };
    await journal.writeIn(tx, { type: 'contact-removed', accountId: id, ...visit });
    await notices.tell(tx, left, `${kind}-removed`, { ...facts, former });
    if (kind === 'phone' && (await secondFactors.takeAway(tx, left, 'sms'))) {
      await journal.writeIn(tx, { type: 'factor-removed', accountId: id, ...visit });
      await notices.tell(tx, left, 'factor-removed', facts);
    }
    return 'removed' as const;
  };

  return async (person: Person, proof: FreshProof, kind: ContactKind, visit: AccountVisit): Promise<ContactGone> => {
    const isOwn = proof.accountId === person.account.id && proof.sessionUid === person.sessionUid;
    if (!isOwn) throw new Error("somebody else's proof");
    const at = now();
    const outcome = await needs.inTransaction((tx) => removeIn(tx, person, kind, at, visit));
    if (outcome === 'removed') needs.delivery.nudge();
    return { outcome };
  };
};
