// Matrices and outages that take longer than a developer waits.
import usual from './jest.config.mjs';

export default {
  ...usual,
  testMatch: ['<rootDir>/test/**/*.deep.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
