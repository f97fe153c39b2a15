// Levels of authentication that a session can have, the plainest first.
export const passwordAcr = 'urn:civic-id:acr:password';

export const acrValues = [passwordAcr];
