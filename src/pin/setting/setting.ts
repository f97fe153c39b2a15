// The way to a PIN, the same to a first one and to another: the password, a code to the phone, the PIN twice (PIN-12).
import { noAnswers, readStep, type SettingAnswers, type SettingStep } from './answers.ts';
import { createChoosePin, type ChooseNeeds } from './choose-pin.ts';
import { createJourney, type Person } from './journey.ts';
import { createPhoneCode, type PhoneCodeNeeds } from './phone-code.ts';
import type { PinVisit } from './pin-visit.ts';
import type { ReadinessOf } from './readiness.ts';
import type { PinState } from '../store.ts';
import { maskPhone } from '../../accounts/index.ts';
import type { FlowOf } from '../../flows/index.ts';
import type { FreshProof } from '../../sessions/index.ts';

export interface OpenSetting {
  step: SettingStep;
  answers: Pick<SettingAnswers, 'from' | 'became' | 'sends'>;
  /** Most of it hidden. */
  phone: string;
  closedUntil: Date;
  resendAt: Date | undefined;
  /** SMS do not arrive just now. */
  isDown: boolean;
  secondsLeft: number;
}

export type Begun =
  | { outcome: 'sent'; token: string }
  | { outcome: 'wait'; until: Date }
  /** No code of the account is taken until then. */
  | { outcome: 'closed'; until: Date }
  | { outcome: 'not-ready' };

export interface SettingNeeds extends ChooseNeeds, PhoneCodeNeeds {
  flows: FlowOf<SettingAnswers>;
  readinessOf: ReadinessOf;
  proofSeconds: number;
}

export const createSetting = (needs: SettingNeeds) => {
  const { flows, pins, readinessOf, now } = needs;
  const journey = createJourney(needs);
  const { find, goodUntil } = journey;
  const phoneCode = createPhoneCode(needs, journey);

  /** Somebody comes from a request of a service; the value for their cookie. */
  const come = async (
    { account, sessionUid }: Person,
    { uid, chainId }: { uid: string; chainId: string },
  ): Promise<string> => {
    const answers = { ...noAnswers, accountId: account.id, sessionUid, from: uid, chainId };
    return (await flows.begin('start', answers)).token;
  };

  /** The proof is good for all that follows on this way. Begins anew where something was begun before. */
  const begin = async (
    token: string | undefined,
    person: Person,
    proof: FreshProof,
    visit: PinVisit,
  ): Promise<Begun> => {
    const { account, sessionUid } = person;
    if (proof.accountId !== account.id || proof.sessionUid !== sessionUid) throw new Error("somebody else's proof");
    const { phone } = account;
    if (readinessOf(account).missing.length > 0 || phone === undefined) return { outcome: 'not-ready' };
    const closedUntil = await phoneCode.closedUntil(account);
    if (closedUntil !== undefined) return { outcome: 'closed', until: closedUntil };
    const reserved = await phoneCode.reserve(phone.value, visit.network);
    if (reserved.outcome === 'wait') return reserved;

    const before = await find(token, person);
    const { from, chainId } = before?.answers ?? noAnswers;
    if (before !== undefined) await flows.end(before);
    const begun = await flows.begin('code', {
      ...{ ...noAnswers, accountId: account.id, sessionUid, from, chainId },
      provedAt: proof.provedAt.getTime(),
      replaces: (await pins.read(account.id))?.setAt.getTime() ?? 0,
      destination: phone.value,
      sends: 1,
    });
    await phoneCode.send(person, begun.flow, visit);
    return { outcome: 'sent', token: begun.token };
  };

  const open = async (token: string | undefined, person: Person): Promise<OpenSetting | undefined> => {
    const flow = await find(token, person);
    if (flow === undefined) return undefined;
    const { answers } = flow;
    return {
      step: readStep(flow.step),
      answers,
      phone: maskPhone(answers.destination),
      closedUntil: new Date(answers.closedUntil),
      resendAt: await phoneCode.resendAt(answers.destination),
      isDown: await needs.delivery.isDown('sms'),
      secondsLeft: Math.ceil((goodUntil(flow).getTime() - now().getTime()) / 1000),
    };
  };

  /** What the first page says. */
  const look = async ({ account }: Person) => ({
    state: await pins.stateOf(account.id),
    missing: readinessOf(account).missing,
    phone: account.phone === undefined ? '' : maskPhone(account.phone.value),
    isDown: await needs.delivery.isDown('sms'),
  });

  /** The person asked for more time. */
  const extend = async (token: string | undefined, person: Person): Promise<void> => {
    const flow = await find(token, person);
    if (flow !== undefined) await flows.extend(flow);
  };

  /** The person would rather not; says where they came from. */
  const cancel = async (token: string | undefined, person: Person): Promise<string> => {
    const flow = await find(token, person);
    if (flow !== undefined) await flows.end(flow);
    return flow?.answers.from ?? '';
  };

  const { resend, confirm } = phoneCode;
  return { come, look, begin, open, extend, resend, confirm, cancel, ...createChoosePin(needs, journey) };
};

export type SettingRules = ReturnType<typeof createSetting>;
export type FirstLook = { state: PinState } & Omit<Awaited<ReturnType<SettingRules['look']>>, 'state'>;
