// Where the language that nobody speaks is drawn, every word outside its brackets is one that no translator can reach.
import type { Page } from 'playwright-core';

/** Ends of text that a script shows later are judged like text. */
const spoken = [
  'aria-label',
  'title',
  'placeholder',
  'alt',
  'aria-valuetext',
  'data-over',
  'data-warning',
  'data-busy',
  'data-by-missing',
];

/** A sentence may be cut into several nodes around a value: brackets are counted through the whole page. */
export const findUntranslated = (page: Page, deployment: string): Promise<string[]> =>
  page.locator('html').evaluate(
    (html, { names, name }) => {
      const document = html.ownerDocument;
      const problems: string[] = [];
      let depth = 0;
      const judge = (text: string, where: string): void => {
        let outside = '';
        for (const sign of text) {
          if (sign === '⟧') depth -= 1;
          if (depth === 0) outside += sign;
          if (sign === '⟦') depth += 1;
        }
        if (/\p{L}/u.test(outside)) problems.push(`not for translators: "${outside.trim()}" in ${where}`);
      };

      const data = new Set(document.querySelectorAll('[translate="no"], [translate="no"] *, script, noscript'));
      const heading = document.querySelector('h1');
      const title = document.title.replace(` — ${name}`, '');
      judge(data.has(heading) ? title.replace(heading.textContent, '') : title, 'title');
      const nodes = document.createTreeWalker(document.body, 4);
      while (nodes.nextNode()) {
        const parent = nodes.currentNode.parentElement;
        if (!data.has(parent)) judge(nodes.currentNode.textContent, parent.outerHTML);
      }
      for (const element of document.body.querySelectorAll('*')) {
        if (data.has(element)) continue;
        for (const attribute of names)
          judge(element.getAttribute(attribute) ?? '', `${attribute} of ${element.outerHTML}`);
        if (element.matches('input:is([type="submit"], [type="button"])')) judge(element.value, element.outerHTML);
      }
      if (depth !== 0) problems.push('a text is torn apart');
      return problems;
    },
    { names: spoken, name: deployment },
  );
