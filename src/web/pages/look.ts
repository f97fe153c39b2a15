// What the deployment brings to the pages: its colours and its mark as files, its support line and address at the foot.
import type { Deployment, Theme } from '../deployment.ts';
import type { Translate } from '../texts.ts';
import type { Assets } from './assets.ts';

const propertiesOf = (colours: Record<string, string>): string =>
  Object.entries(colours)
    .map(([token, colour]) => `--${token}: ${colour};`)
    .join(' ');

/** On a screen alone: paper stays black on white. */
const drawTheme = ({ light, dark }: Theme): string =>
  [
    `@media screen { :root { ${propertiesOf(light)} } }`,
    `@media screen and (prefers-color-scheme: dark) { :root { ${propertiesOf(dark)} } }`,
    '',
  ].join('\n');

/** Files that stand beside those of views/assets. */
export const assetsOf = ({ mark, theme }: Deployment): Record<string, Buffer> => ({
  ...(theme.isChanged ? { 'theme.css': Buffer.from(drawTheme(theme)) } : {}),
  ...(mark === undefined ? {} : { [`mark.${mark.kind}`]: mark.content }),
});

/** Each is one small help that a page can do without. */
const scripts = [
  'show-password',
  'send-once',
  'mistakes-first',
  'countdown',
  'password-advice',
  'leave-page',
  'passkey',
];

/** Where the head of a page finds style, scripts and pictures. */
export const assetUrlsOf = ({ mark, theme }: Deployment, { urlOf }: Assets) => {
  const markUrl = mark === undefined ? undefined : urlOf(`mark.${mark.kind}`);
  return {
    style: urlOf('style.css'),
    theme: theme.isChanged ? urlOf('theme.css') : undefined,
    scripts: scripts.map((name) => urlOf(`${name}.js`)),
    mark: markUrl,
    icon: markUrl ?? urlOf('icon.svg'),
    iconType: mark?.kind === 'png' ? 'image/png' : 'image/svg+xml',
  };
};

/** `tel:` and the digits, where it looks like a phone; numbers as short as 112 too. */
const phoneLink = (contact: string): string | undefined => {
  const digits = contact.replace(/\D/g, '');
  const isPhone = /^\+?[\d\s().-]+$/.test(contact) && digits.length >= 3 && digits.length <= 15;
  return isPhone ? `tel:${contact.startsWith('+') ? '+' : ''}${digits}` : undefined;
};

/** Who stands behind the page: said at its foot. */
export const aboutDeployment = ({ supportContact, address }: Deployment, t: Translate) => ({
  support: { text: t('page.support', { support: supportContact }), href: phoneLink(supportContact) },
  address,
});
