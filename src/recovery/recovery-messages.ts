// What a recovery writes to people: always two messages, one to each kind of contact. Where there is nobody to write to they are never sent, and everything else is the same (ENUM-02).
import type { Answers } from './answers.ts';
import type { RecoveryFlow } from './steps.ts';
import type { RecoveryVisit } from './visit.ts';
import type { CodeBinding, Codes } from '../codes/index.ts';
import type { Channel, Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Tx } from '../mongo/index.ts';
import { describeTime, type NotMeLinks } from '../notices/index.ts';

type Translate = (key: string, values?: Record<string, string | number>) => string;

export interface MessageNeeds {
  codes: Codes;
  notMeLinks: NotMeLinks;
  delivery: Pick<Delivery, 'write' | 'reaches' | 'nudge'>;
  journal: Journal;
  /** The translator for a person's language. */
  textsFor: (locale: string | undefined) => Translate;
  issuerHost: string;
  deployment: { name: string; supportContact: string };
}

/** What a message says: the digits, that somebody asks for a new password, or why no code comes. */
type Words = 'code' | 'asked' | 'many' | 'closed';

interface Letter {
  channel: Channel;
  /** Empty where the account has no such contact. */
  to: string;
  words: Words;
  code: string;
}

/** A notice is of use longer than a code. */
const noticeMilliseconds = 3 * 24 * 3600 * 1000;

export const channelOf = (kind: 'phone' | 'email'): Channel => (kind === 'phone' ? 'sms' : 'email');
const otherChannelOf = (kind: 'phone' | 'email'): Channel => (kind === 'phone' ? 'email' : 'sms');

/** What a code is bound to. Another document gives no more tries. */
export const bindingOf = ({ id, answers }: RecoveryFlow): CodeBinding => ({
  flowId: id,
  purpose: 'recovery',
  destination: answers.contact.value,
});

/** Without a document both contacts are proved, where there are two. */
export const needsBoth = ({ documentType, other }: Answers): boolean => documentType === 'none' && other !== null;

export const createRecoveryMessages = (needs: MessageNeeds) => {
  const { codes, notMeLinks, delivery, journal, textsFor } = needs;

  const facts = ({ answers }: RecoveryFlow, visit: RecoveryVisit) => ({
    ...visit,
    accountId: answers.accountId ?? undefined,
  });

  const lettersOf = ({ contact, other, documentType, goesTo }: Answers, words: Words, drawn: [string, string]) => {
    const isCode = words === 'code';
    const otherGetsCode = isCode && (documentType === 'none' || goesTo === 'other');
    const typedGetsCode = isCode && goesTo === 'typed';
    const [first, second] = drawn;
    const typed: Letter = {
      channel: channelOf(contact.kind),
      to: contact.value,
      words: typedGetsCode || !isCode ? words : 'asked',
      code: first,
    };
    const another: Letter = {
      channel: otherChannelOf(contact.kind),
      to: other ?? '',
      words: otherGetsCode || !isCode ? words : 'asked',
      code: goesTo === 'other' ? first : second,
    };
    return [typed, another];
  };

  const compose = ({ channel, words, code }: Letter, t: Translate, link: string, visit: RecoveryVisit, at: Date) => {
    const values = {
      code,
      link,
      host: needs.issuerHost,
      deployment: needs.deployment.name,
      support: needs.deployment.supportContact,
      device: visit.device === 'unknown' ? t('notice.unknown-device') : visit.device,
      time: describeTime(at, undefined, t),
    };
    const key = `message.recovery-${words}`;
    return channel === 'sms'
      ? { subject: null, text: t(`${key}.sms`, values) }
      : { subject: t(`${key}.subject`, values), text: t(`${key}.email`, values) };
  };

  /** `drawn`: before the transaction, so that one that is tried again writes the same. `isSilent`: nothing of it goes; the code before is void all the same, or its age would tell what matches (R10). */
  const write = async (
    tx: Tx,
    flow: RecoveryFlow,
    { words, isSilent, drawn, at }: { words: Words; isSilent: boolean; drawn: [string, string]; at: Date },
    visit: RecoveryVisit,
  ): Promise<void> => {
    const { answers } = flow;
    const [first, second] = drawn;
    const secret = needsBoth(answers) ? first + second : first;
    const until = new Date(at.getTime() + noticeMilliseconds);
    const codeUntil = await codes.put(tx, bindingOf(flow), secret);
    const { device, requestId } = visit;
    const isForSomebody = answers.isMatch && !isSilent;
    const accountId = isForSomebody && answers.accountId !== null ? answers.accountId : `nobody:${flow.id}`;
    const event = { accountId, kind: 'recovery-asked', at, device, requestId };
    const link = await notMeLinks.write(tx, event);
    const t = textsFor(answers.ownersLocale ?? answers.locale);
    for (const letter of lettersOf(answers, words, drawn)) {
      const { channel, to } = letter;
      await delivery.write(tx, {
        channel,
        to,
        purpose: 'recovery',
        code: letter.words === 'code' ? letter.code : null,
        dropAfter: letter.words === 'code' ? codeUntil : until,
        // What never goes must not take the place of the warning that is on its way.
        thread: `${flow.id}:${channel}${isSilent ? ':silent' : ''}`,
        isDecoy: !isForSomebody || to === '' || !delivery.reaches(channel, to),
        ...compose(letter, t, link, visit, at),
      });
    }
    await journal.writeIn(tx, { type: 'recovery-asked', ...facts(flow, visit) });
  };

  return { write, facts, draw: (): [string, string] => [codes.draw(), codes.draw()] };
};

export type RecoveryMessages = ReturnType<typeof createRecoveryMessages>;
