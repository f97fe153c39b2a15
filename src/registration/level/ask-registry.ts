// One question to the registry: taken by one caller, counted before it is asked, and given back when nobody answers.
import { isLevelAtLeast, type Account, type Accounts } from '../../accounts/index.ts';
import type { Attempts } from '../../attempts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Flow } from '../../flows/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { InTransaction } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import type { Person, Registry } from '../../registry/index.ts';
import type { LevelAnswers } from './answers.ts';
import type { RegistrationVisit } from '../registration-visit.ts';

export interface RegistryNeeds {
  accounts: Accounts;
  /** Questions about one account. */
  levelAttempts: Attempts;
  registry: Registry;
  journal: Journal;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

interface Steps {
  /** Undefined where somebody else has moved on meanwhile. */
  change: (flow: Flow<LevelAnswers>, changes: Partial<LevelAnswers>) => Promise<Flow<LevelAnswers> | undefined>;
  end: (flow: Flow<LevelAnswers>) => Promise<boolean>;
}

export const subjectOf = (accountId: string): string => `level:${accountId}`;

const personOf = ({ profile }: Account, { birthdate, snils, passport }: LevelAnswers): Person | undefined => {
  if (birthdate === null || snils === null || passport === null) return undefined;
  const { familyName, givenName, middleName = '' } = profile;
  return { familyName, givenName, middleName, birthdate, snils, passport };
};

export const createAskRegistry = (needs: RegistryNeeds, { change, end }: Steps) => {
  const { accounts, levelAttempts, registry, journal, notices, now, checkpoint } = needs;

  const raise = ({ id }: Account, { birthdate, snils, passport }: Person, visit: RegistrationVisit) => {
    const facts = { at: now(), device: visit.device, requestId: visit.requestId };
    return needs.inTransaction(async (tx): Promise<'raised' | 'taken'> => {
      const account = await accounts.find(id);
      if (account === undefined) throw new Error('no account to raise');
      const documents = { snils, passport };
      const raised = await accounts.raise(tx, id, { level: 'standard', documents, profile: { birthdate } });
      if (raised.outcome === 'raised' && isLevelAtLeast(raised.before, 'standard')) return 'raised'; // another tab was faster

      const type = raised.outcome === 'raised' ? 'level-raised' : 'level-check-taken';
      await journal.writeIn(tx, { type, accountId: id, ...visit });
      if (raised.outcome === 'raised') await notices.tell(tx, account, 'level-raised', facts);
      return raised.outcome;
    });
  };

  const tellNobodyAnswered = async ({ id }: Account, asking: Flow<LevelAnswers>, visit: RegistrationVisit) => {
    await levelAttempts.giveBack(subjectOf(id));
    await journal.write({ type: 'level-check-unavailable', accountId: id, ...visit });
    await change(asking, { askedAt: null, fate: 'unavailable' });
  };

  const finish = async ({ id }: Account, asking: Flow<LevelAnswers>): Promise<void> => {
    needs.delivery.nudge();
    await checkpoint('level raised');
    await levelAttempts.forget(subjectOf(id));
    await end(asking); // with it goes what was typed
  };

  return async (account: Account, flow: Flow<LevelAnswers>, visit: RegistrationVisit): Promise<void> => {
    const person = personOf(account, flow.answers);
    if (person === undefined) return;
    const asking = await change(flow, { askedAt: now().getTime(), fate: null });
    if (asking === undefined) return;

    const reserved = await levelAttempts.reserve(subjectOf(account.id));
    if (reserved.outcome === 'wait') {
      await change(asking, { askedAt: null });
      return;
    }

    const answer = await registry.check(person);
    await checkpoint('registry answered');
    if (answer.outcome === 'unavailable') return tellNobodyAnswered(account, asking, visit);
    if (answer.outcome === 'match' && (await raise(account, person, visit)) === 'raised')
      return finish(account, asking);

    // Somebody else's documents look like a mistake, and count as one.
    if (answer.outcome === 'no-match')
      await journal.write({ type: 'level-check-failed', accountId: account.id, ...visit });
    await change(asking, { askedAt: null, fate: 'no-match', triesLeft: reserved.freeLeft });
  };
};
