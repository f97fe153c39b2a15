export {
  codeIndexes,
  createCodes,
  type CodeBinding,
  type CodeCheck,
  type CodeLimits,
  type CodePurpose,
  type Codes,
} from './code-store.ts';
export { createSmsGuard, smsGuardIndexes, type SmsGuard, type SmsLimits, type SmsPurpose } from './sms-guard-store.ts';
export { createSends, sendIndexes, type SendReservation, type SendRules, type Sends } from './send-store.ts';
