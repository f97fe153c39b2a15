export { readClientsFile } from './clients-file.ts';
export { environmentSchema, readEnvironment, type Environment } from './environment.ts';
export { limits, type Limits } from './limits.ts';
export { makeSecrets, readDemoClientSecret, readSecrets, type Secrets } from './secrets.ts';
