// A finger hits what it means: 44 px both ways. A link within a sentence is as tall as its line (WCAG 2.5.5).
import type { Page } from 'playwright-core';

const fingerTip = 44;

/** A box to tick is as large as the label around it. */
const pressed =
  'a[href], button, summary, input:not([type="hidden"], [type="checkbox"], [type="radio"]), label:has([type="checkbox"], [type="radio"])';

/** From the middle, half a finger up and down still belongs to the target. */
export const findSmallTargets = (page: Page): Promise<string[]> =>
  page.locator(pressed).evaluateAll((elements, size) => {
    return elements
      .filter((target) => target.checkVisibility() && !target.matches('.skip, [tabindex="-1"]'))
      .filter((target) => {
        const around = target.parentElement.cloneNode(true);
        for (const part of around.querySelectorAll('a, button, .for-ears')) part.remove();
        const isInSentence = target.localName === 'a' && /\p{L}/u.test(around.textContent);
        return !isInSentence;
      })
      .filter((target) => {
        target.scrollIntoView({ block: 'center' });
        const box: Record<'x' | 'y' | 'width' | 'height', number> = target.getBoundingClientRect();
        const ends = [(box.height - size + 1) / 2, (box.height + size - 1) / 2].map((end) => box.y + end);
        const isHit = ends.every((end) =>
          target.contains(target.ownerDocument.elementFromPoint(box.x + box.width / 2, end)),
        );
        return !isHit || box.width < size;
      })
      .map((target) => `small target: ${target.outerHTML}`);
  }, fingerTip);
