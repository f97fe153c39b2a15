export { createNotices, zoneOf, type NoticeKind, type Notices } from './notices.ts';
