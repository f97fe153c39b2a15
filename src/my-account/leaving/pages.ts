// The pages of the way out: what is lost, what happens now, and the one question to whoever signs in meanwhile.
import { describeMoment, type Mistake, type Page, type Speech } from '../../web/index.ts';
import { accountPage } from '../shell.ts';
import type { Account } from '../../accounts/index.ts';
import type { OpenInteraction } from '../../oidc/index.ts';

type Place = Pick<OpenInteraction, 'uid' | 'service' | 'secondsLeft'>;

export const deletePage = (
  { t }: Speech,
  account: Pick<Account, 'profile' | 'accountNumber'>,
  { mistakes = [] }: { mistakes?: Mistake[] },
): Page =>
  accountPage(account, 'home', {
    view: 'my-account/delete',
    title: t('leaving.ask.title'),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: '/account/delete',
    values: {
      points: ['sign-in', 'services', 'pin', 'documents', 'history'].map((what) => t(`leaving.ask.points.${what}`)),
      number: account.accountNumber.replace(/(\d{3})(\d{3})(\d{4})/, '$1 $2 $3'),
    },
  });

/** Nobody is signed in any more: it says nothing of whose account it was. */
export const deleteAskedPage = ({ t }: Speech, support: string): Page => ({
  view: 'my-account/delete-asked',
  title: t('leaving.asked.title'),
  values: { support: t('leaving.asked.support', { support }) },
});

export const leavingPage = (
  speech: Speech,
  { uid, service, secondsLeft }: Place,
  { profile, deleteAt }: { profile: Pick<Account['profile'], 'zoneinfo'>; deleteAt: Date },
  now: Date,
): Page => {
  const when = describeMoment(deleteAt, speech, { zone: profile.zoneinfo, now });
  return {
    view: 'my-account/leaving',
    title: speech.t('leaving.found.title'),
    action: `/interaction/${uid}/leaving`,
    secondsLeft,
    values: { service, text: speech.t('leaving.found.text', { when }) },
  };
};

export const keptPage = ({ t }: Speech, { uid, service }: Place): Page => ({
  view: 'my-account/leaving-kept',
  title: t('leaving.kept.title'),
  values: { service, signInUrl: `/interaction/${uid}` },
});
