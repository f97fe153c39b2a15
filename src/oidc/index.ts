export { clientIndexes, createClientStore, type ClientStore } from './client-store.ts';
export { demoClientId, type ClientRegistry, type Registration } from './client-registry.ts';
export { consentIndexes, createConsents, type Consent, type Consents } from './consent-store.ts';
export { createModelStore, modelIndexes, type ModelStore } from './model-store.ts';
export { type Interactions, type OpenInteraction, type ReadInteraction } from './interactions.ts';
export { createProvider } from './provider.ts';
export { createSessionEnds, type SessionEnds } from './session-ends.ts';
export { claimsOfScope } from './scopes.ts';
export { type ServiceView } from './service-view.ts';
