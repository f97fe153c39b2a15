// The PIN that confirms, and the way to one, from the account and from a request of a service.
import { after, cyrillicService, longService, now, place, rightToLeftService } from './samples.ts';
import type { Speech } from '../../web/index.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const support = '8 800 000-00-00';
const phone = '+7 ••• •••-45-67';
const nobody = undefined;
const sent = { phone, answers: { sends: 1 }, resendAt: after(42), isDown: false, secondsLeft: 1200 };
const first = { state: 'none', phone, isDown: false } as const;

const say = ({ t }: Speech, field: string, key: string, count = 4) => [{ field, text: t(key, { count }) }];

const row = (name: string, draw: Row['draw']): Row => ({ name: `set-pin/${name}`, draw });

/** The page that asks for the PIN, and why it does not. */
export const pinRows = ({ pinPage, pinUnusablePage }: App['pages']): Row[] => {
  const at = place(cyrillicService);
  return [
    { name: 'pin/empty', draw: (speech) => pinPage(speech, at, { tries: 0, digits: 4 }) },
    { name: 'pin/six-digits', draw: (speech) => pinPage(speech, place(longService), { tries: 0, digits: 6 }) },
    {
      name: 'pin/wrong',
      draw: (speech) =>
        pinPage(speech, at, { tries: 2, digits: 4, mistakes: say(speech, 'pin', 'pin-page.mistake.wrong', 1) }),
    },
    {
      name: 'pin/malformed',
      draw: (speech) =>
        pinPage(speech, place(rightToLeftService), {
          tries: 0,
          digits: 4,
          mistakes: say(speech, 'pin', 'pin-page.mistake.malformed'),
        }),
    },
    ...(['none', 'locked', 'outdated', 'ended', 'forgot'] as const).map((why): Row => ({
      name: `pin-unusable/${why}`,
      draw: (speech) => pinUnusablePage(speech, at, why),
    })),
  ];
};

const startRows = ({ pin: pages }: App['pages']): Row[] => [
  ...(['none', 'usable', 'locked', 'outdated'] as const).map((state) =>
    row(`start-${state}`, (speech) => pages.startPage(speech, { ...first, state }, { from: nobody, digits: 4 }, now)),
  ),
  row('start-from-a-service', (speech) => pages.startPage(speech, first, { from: longService, digits: 6 }, now)),
  row('start-wait', (speech) =>
    pages.startPage(speech, { ...first, isDown: true }, { from: cyrillicService, digits: 4, wait: after(2400) }, now),
  ),
  row('not-ready', (speech) => pages.notReadyPage(speech, ['email', 'phone', 'confirmed'], nobody, support)),
  row('not-ready-from-a-service', (speech) =>
    pages.notReadyPage(speech, ['standard', 'unreachable'], rightToLeftService, support),
  ),
];

const codeRows = ({ pin: pages }: App['pages']): Row[] => {
  const code = { from: nobody, support };
  return [
    row('code', (speech) => pages.codePage(speech, sent, code, now)),
    row('code-from-a-service', (speech) => pages.codePage(speech, sent, { from: longService, support }, now)),
    row('code-wrong', (speech) => {
      const mistakes = say(speech, 'code', 'code-page.mistake.wrong', 2);
      return pages.codePage(speech, sent, { ...code, mistakes }, now);
    }),
    row('code-too-soon', (speech) => pages.codePage(speech, sent, { ...code, isTooSoon: true }, now)),
    row('code-again-sms-is-down', (speech) => {
      const again = { ...sent, answers: { sends: 2 }, resendAt: undefined, isDown: true };
      return pages.codePage(speech, again, { from: cyrillicService, support }, now);
    }),
    ...(['used-up', 'closed', 'overtaken'] as const).map((why) =>
      row(`over-${why}`, (speech) =>
        pages.overPage(speech, why, { from: cyrillicService, until: after(5 * 3600), support }, now),
      ),
    ),
  ];
};

const chooseRows = ({ pin: pages }: App['pages']): Row[] => {
  const four = { from: nobody, digits: 4, secondsLeft: 1200 } as const;
  return [
    row('choose', (speech) => pages.choosePage(speech, four)),
    row('choose-six-from-a-service', (speech) => pages.choosePage(speech, { ...four, digits: 6, from: longService })),
    ...['malformed', 'easy'].map((why) =>
      row(`choose-${why}`, (speech) =>
        pages.choosePage(speech, { ...four, mistakes: say(speech, 'pin', `pin-setting.choose.mistake.${why}`) }),
      ),
    ),
    row('choose-different', (speech) => {
      const mistakes = say(speech, 'pin_again', 'pin-setting.choose.mistake.different');
      return pages.choosePage(speech, { ...four, from: cyrillicService, mistakes });
    }),
    row('choose-closes-soon', (speech) => pages.choosePage(speech, { ...four, secondsLeft: 100 })),
  ];
};

const doneRows = ({ pin: pages }: App['pages']): Row[] => [
  row('done', (speech) => pages.donePage(speech, 'created', { from: nobody, continueTo: '' })),
  row('done-changed', (speech) => pages.donePage(speech, 'changed', { from: nobody, continueTo: '' })),
  row('done-from-a-service', (speech) =>
    pages.donePage(speech, 'created', { from: longService, continueTo: '/interaction/gallery' }),
  ),
  row('done-made', (speech) => pages.donePage(speech, 'created', { from: nobody, continueTo: '', made: '7305' })),
];

export const pinSettingRows = (pages: App['pages']): Row[] =>
  [startRows, codeRows, chooseRows, doneRows].flatMap((rows) => rows(pages));
