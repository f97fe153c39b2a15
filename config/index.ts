export { readClientsFile } from './clients-file.ts';
export { environmentSchema, readEnvironment, type Environment } from './environment.ts';
export { limits, type Limits } from './limits.ts';
export { tellPasswordLeast } from './password-least.ts';
export { makeTheme, type GivenTheme } from './look/theme.ts';
export { defaultColours, textPairs, tokens } from './look/tokens.ts';
export { contrastOf } from './look/colour.ts';
export { makeSecrets, readDemoClientSecret, readSecrets, type Secrets } from './secrets.ts';
