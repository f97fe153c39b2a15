// One fault each that a page could have, and what its judge must say of it.
import type { Page } from 'playwright-core';
import { findAxeProblems, findDarkProblems, findForcedColourProblems } from './axe.ts';
import { findFieldProblems } from './fields.ts';
import { findAllMisfits } from './fit.ts';
import { findHeadProblems } from './head.ts';
import { findKeyboardProblems } from './keyboard.ts';
import { findLostValues } from './language-switch.ts';
import { findMistakeProblems } from './mistakes.ts';
import { findSmallTargets } from './targets.ts';
import { findTraces, findWeightProblems } from './traces.ts';
import { findScriptNeeds } from './without-script.ts';
import type { Watch } from './watch-page.ts';
import type { Translate } from '../../../src/web/index.ts';

export interface Fault {
  fault: string;
  /** Done within the page. */
  seed: string;
  judge: (page: Page, around: { t: Translate; watch: Watch }) => Promise<string[]>;
  says: RegExp;
}

const wear = (css: string) =>
  `const sheet = new CSSStyleSheet(); sheet.replaceSync(${JSON.stringify(css)}); document.adoptedStyleSheets = [sheet]`;
const add = (html: string) => `document.querySelector('main').insertAdjacentHTML('beforeend', ${JSON.stringify(html)})`;

export const faults: Fault[] = [
  {
    fault: 'a field without a label',
    seed: `document.querySelector('label').remove()`,
    judge: findAxeProblems,
    says: /axe label/,
  },
  { fault: 'faint text', seed: wear('h1 { color: #ccc }'), judge: findAxeProblems, says: /axe color-contrast:.*<h1>/ },
  {
    fault: 'text that is faint in dark alone',
    seed: wear('@media (prefers-color-scheme: dark) { h1 { color: #333 } }'),
    judge: async (it) => [...(await findAxeProblems(it)), ...(await findDarkProblems(it))],
    says: /axe color-contrast in dark:.*<h1>/,
  },
  {
    fault: 'a button that is nothing but its ground',
    seed: wear('.button.main { border: 0 }'),
    judge: async (it) => [...(await findAxeProblems(it)), ...(await findForcedColourProblems(it))],
    says: /no edge in forced colours: <button/,
  },
  {
    fault: 'a block that is too wide',
    seed: wear('h1 { width: 400px }'),
    judge: findAllMisfits,
    says: /scrolls sideways at 320 px/,
  },
  {
    fault: 'text in a box that does not grow',
    seed: wear('.button.main { height: 3.2rem; overflow: hidden; white-space: nowrap; width: 3em }'),
    judge: findAllMisfits,
    says: /at 320 px: text is cut: <button/,
  },
  {
    fault: 'a button of 20 pixels',
    seed: wear('.button.main { height: 20px; min-height: 0; padding: 0 }'),
    judge: findSmallTargets,
    says: /small target: <button/,
  },
  {
    fault: 'a link that stands alone, as tall as its line',
    seed: add('<p><a href="/">Home</a></p>'),
    judge: findSmallTargets,
    says: /small target: <a href="\/">/,
  },
  {
    fault: 'no ring',
    seed: wear('input { outline: none !important }'),
    judge: findKeyboardProblems,
    says: /focus without a ring: <input id="identifier"/,
  },
  {
    fault: 'another order for Tab than for the eyes',
    seed: `document.querySelector('#password').tabIndex = 1`,
    judge: findKeyboardProblems,
    says: /Tab misses </,
  },
  {
    fault: 'a bar that covers what has focus',
    seed: wear('body::after { content: ""; position: fixed; inset: 0; background: navy }'),
    judge: findKeyboardProblems,
    says: /focus covered: <input id="identifier"/,
  },
  {
    fault: 'focus on what nobody sees',
    seed: wear('.button.quiet { position: fixed; top: -99px }'),
    judge: findKeyboardProblems,
    says: /focus outside the window: <button/,
  },
  {
    fault: 'a field that nobody knows',
    seed: add('<label>Age <input name="age"></label>'),
    judge: findFieldProblems,
    says: /nobody knows the field "age"/,
  },
  {
    fault: 'a password that no manager keeps',
    seed: `document.querySelector('#password').autocomplete = 'off'`,
    judge: findFieldProblems,
    says: /field "password" is .*autocomplete=off/,
  },
  {
    fault: 'a mistake without a link',
    seed: `document.querySelector('.mistakes a').replaceWith('Enter it')`,
    judge: (it, { t }) => findMistakeProblems(it, t),
    says: /mistake without a link: Enter it/,
  },
  {
    fault: 'a mistake in other words',
    seed: `document.querySelector('.mistake').textContent = 'Wrong'`,
    judge: (it, { t }) => findMistakeProblems(it, t),
    says: /mistake is not said beside its field/,
  },
  {
    fault: 'a mistake that is not marked',
    seed: `document.querySelector('#password').removeAttribute('aria-invalid')`,
    judge: (it, { t }) => findMistakeProblems(it, t),
    says: /field is not marked as mistaken/,
  },
  {
    fault: 'focus elsewhere than on what went wrong',
    seed: `document.activeElement.blur()`,
    judge: (it, { t }) => findMistakeProblems(it, t),
    says: /what went wrong has no focus/,
  },
  {
    fault: 'a title without the word for error',
    seed: `document.title = 'Sign in'`,
    judge: (it, { t }) => findMistakeProblems(it, t),
    says: /title does not begin/,
  },
  {
    fault: 'a password that comes back',
    seed: `document.querySelector('#password').value = 'secret'`,
    judge: (it, { t }) => findMistakeProblems(it, t),
    says: /a secret comes back in "password"/,
  },
  {
    fault: 'another title than heading',
    seed: `document.querySelector('h1').textContent = 'Enter'`,
    judge: (it, { t }) => findHeadProblems(it, { t, locale: 'en', deployment: 'Civic ID' }),
    says: /is titled/,
  },
  {
    fault: 'two headings',
    seed: add('<h1>Another</h1>'),
    judge: (it, { t }) => findHeadProblems(it, { t, locale: 'en', deployment: 'Civic ID' }),
    says: /has 2 h1/,
  },
  {
    fault: 'something stored',
    seed: `localStorage.setItem('typed', 'Anna')`,
    judge: findTraces,
    says: /stores "typed"/,
  },
  {
    fault: 'a cookie that is not documented',
    seed: `document.cookie = 'visitor=1'`,
    judge: findTraces,
    says: /sets the cookie "visitor"/,
  },
  {
    fault: 'a page that is heavy',
    seed: add('<p hidden>' + 'x'.repeat(50_000) + '</p>'),
    judge: findWeightProblems,
    says: /weighs \d{5} bytes/,
  },
  {
    fault: 'a request to another',
    seed: `fetch('https://elsewhere.example.org/').catch(() => undefined)`,
    judge: async (_, { watch }) => watch.takeProblems(),
    says: /asks https:\/\/elsewhere|the browser complains/,
  },
  {
    fault: 'a style that the policy forbids',
    seed: add('<p style="color: red">Red</p>'),
    judge: async (_, { watch }) => watch.takeProblems(),
    says: /the browser complains:.*Content Security Policy/,
  },
  {
    fault: 'a button that only a script could serve',
    seed: add('<button type="button">Copy</button>'),
    judge: findScriptNeeds,
    says: /of no use without a script: <button type="button">/,
  },
  {
    fault: 'a language switch that forgets',
    seed: `document.querySelector('#identifier').removeAttribute('name')`,
    judge: findLostValues,
    says: /"identifier" was 0 .* and became $/,
  },
];
