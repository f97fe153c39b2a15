export { createNotices, type NoticeKind, type Notices } from './notices.ts';
export {
  createNotMeLinks,
  notMeLinkIndexes,
  type LinkEffect,
  type NotMeLinks,
  type ToldEvent,
} from './not-me-link-store.ts';
export { createUnusedCodes, type UnusedCodes } from './unused-codes.ts';
export { describeTime } from './describe-time.ts';
