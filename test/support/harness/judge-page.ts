// All that is asked of a page: each judge returns its problems in words.
import type { Page } from 'playwright-core';
import { findAxeProblems, findDarkProblems, findForcedColourProblems } from './axe.ts';
import { findFieldProblems } from './fields.ts';
import { findAllMisfits } from './fit.ts';
import { findHeadProblems, type Speech } from './head.ts';
import { findKeyboardProblems } from './keyboard.ts';
import { findLostValues } from './language-switch.ts';
import { findFilledSecrets, findMistakeProblems } from './mistakes.ts';
import { findSmallTargets } from './targets.ts';
import { findTraces, findWeightProblems } from './traces.ts';
import { findScriptNeeds } from './without-script.ts';
import type { Watch } from './watch-page.ts';

/** Whatever the page is and whoever shows it. */
export const judgeSight = async (page: Page): Promise<string[]> => [
  ...(await findAxeProblems(page)),
  ...(await findDarkProblems(page)),
  ...(await findForcedColourProblems(page)),
  ...(await findAllMisfits(page)),
  ...(await findSmallTargets(page)),
  ...(await findKeyboardProblems(page)),
  ...(await findWeightProblems(page)),
];

/** A page of ours, just opened. Leaves it for the same page in another language. */
export const judgePage = async (page: Page, watch: Watch, speech: Speech): Promise<string[]> => [
  ...(await findHeadProblems(page, speech)),
  ...(await findMistakeProblems(page, speech.t)),
  ...(await judgeSight(page)),
  ...(await findFieldProblems(page)),
  ...(await findTraces(page)),
  ...(await findLostValues(page)),
  ...watch.takeProblems(),
];

/** The same for a person without JavaScript, as far as it can differ. */
export const judgeWithoutScript = async (page: Page, watch: Watch, speech: Speech): Promise<string[]> => [
  ...(await findHeadProblems(page, speech)),
  ...(await findFilledSecrets(page)),
  ...(await findScriptNeeds(page)),
  ...(await findAllMisfits(page)),
  ...(await findSmallTargets(page)),
  ...(await findKeyboardProblems(page)),
  ...(await findFieldProblems(page)),
  ...(await findLostValues(page)),
  ...watch.takeProblems(),
];
