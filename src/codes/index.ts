export {
  codeIndexes,
  createCodes,
  type CodeBinding,
  type CodeCheck,
  type CodeLimits,
  type CodePurpose,
  type Codes,
} from './code-store.ts';
export { createSmsGuards, smsGuardIndexes, type SmsGuard, type SmsLimits } from './sms-guard-store.ts';
export { createSends, sendIndexes, type SendReservation, type SendRules, type Sends } from './send-store.ts';
