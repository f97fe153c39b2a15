export type { CheckPin, PinCheck } from './check-pin.ts';
export { parseSettingAnswers } from './setting/answers.ts';
export { pinRoutes } from './routes.ts';
export { pinPages } from './setting/pages.ts';
export { createPin, type PinRules } from './pin.ts';
export type { MissingForPin, PinNeed } from './setting/readiness.ts';
export type { PinLimits, PinState } from './store.ts';
