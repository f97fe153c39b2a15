// A new contact is typed after a fresh proof, and a code goes to it; whose it is shows nowhere but in the message.
import { channelOf, type ContactCode } from './contact-code.ts';
import type { ContactAnswers } from './answers.ts';
import type { ContactFlow, ContactFlows, Person } from './contact-flow.ts';
import type { AccountVisit } from '../account-visit.ts';
import type { Accounts, ContactKind, Identifier } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { FlowOf } from '../../flows/index.ts';
import type { FreshProof } from '../../sessions/index.ts';

export type ContactGiven =
  | { outcome: 'given'; token: string }
  /** `same`: it is the person's already, and confirmed. */
  | { outcome: 'malformed' | 'unreachable' | 'same' };

export interface GiveNeeds {
  flows: FlowOf<ContactAnswers>;
  accounts: Pick<Accounts, 'findHolder'>;
  delivery: Pick<Delivery, 'reaches'>;
  normaliseIdentifier: (typed: string) => Identifier | undefined;
  now: () => Date;
}

/** One code a minute, counted for this browser alone: what others ask for must not show. */
export const resendTime = ({ askedAt }: Pick<ContactAnswers, 'askedAt'>): Date => new Date(askedAt + 60_000);

export const createGiveContact = (needs: GiveNeeds, { atCode, change }: ContactFlows, { send }: ContactCode) => {
  const { flows, accounts, delivery, now } = needs;

  const sendCode = async (flow: ContactFlow, { account }: Person, visit: AccountVisit): Promise<void> => {
    const withheld = await send(flow, account.profile.locale, visit);
    if (withheld !== null) await change(flow, 'code', { withheld });
  };

  const give = async (
    person: Person,
    proof: FreshProof,
    { kind, typed }: { kind: ContactKind; typed: string },
    visit: AccountVisit,
  ): Promise<ContactGiven> => {
    const { account, sessionUid } = person;
    if (proof.accountId !== account.id || proof.sessionUid !== sessionUid) throw new Error("somebody else's proof");
    const identifier = needs.normaliseIdentifier(typed);
    if (identifier?.kind !== kind) return { outcome: 'malformed' };
    if (!delivery.reaches(channelOf(kind), identifier.value)) return { outcome: 'unreachable' };
    const own = account[kind];
    if (own?.value === identifier.value && own.confirmedAt !== null) return { outcome: 'same' };

    const holder = await accounts.findHolder(identifier);
    const isTaken = holder !== undefined && holder.id !== account.id;
    const { token, flow } = await flows.begin('code', {
      accountId: account.id,
      sessionUid,
      provedAt: proof.provedAt.getTime(),
      kind,
      value: identifier.value,
      isTaken,
      ownersLocale: isTaken ? (holder.profile.locale ?? null) : null,
      askedAt: now().getTime(),
      withheld: null,
    });
    await sendCode(flow, person, visit);
    return { outcome: 'given', token };
  };

  const resend = async (token: string | undefined, person: Person, visit: AccountVisit): Promise<void> => {
    const flow = await atCode(token, person);
    if (flow === undefined || resendTime(flow.answers) > now()) return;
    const asked = await change(flow, 'code', { askedAt: now().getTime(), withheld: null });
    if (asked !== undefined) await sendCode(asked, person, visit);
  };

  return { give, resend };
};
