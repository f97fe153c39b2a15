export type { CheckPin, PinCheck } from './check-pin.ts';
export { parseSettingAnswers } from './setting/answers.ts';
export { createPin, type PinRules } from './pin.ts';
export type { MissingForPin, PinNeed } from './readiness.ts';
export type { PinLimits, PinState } from './store.ts';
