export { createCodeMessages, type CodeMessage, type CodeMessages, type CodeSentFacts } from './code-messages.ts';
