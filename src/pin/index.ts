export type { CheckPin, PinCheck } from './check-pin.ts';
export { createPin, type PinRules } from './pin.ts';
export type { PinLimits, PinState } from './store.ts';
