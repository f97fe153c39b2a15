// The authenticator of a real browser: one that says yes at once, or one that does not know its person.
import type { CDPSession, Page } from 'playwright-core';

export const plugIn = async (
  page: Page,
  { isUserVerified = true }: { isUserVerified?: boolean } = {},
): Promise<{ cdp: CDPSession; authenticatorId: string }> => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
};
