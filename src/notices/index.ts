export { createNotices, type NoticeKind, type Notices } from './notices.ts';
