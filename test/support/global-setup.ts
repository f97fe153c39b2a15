import { startTestServer } from './test-server.ts';

/** Workers inherit the variable. A server that was given is used as it is. */
export default async (): Promise<void> => {
  if (process.env.TEST_MONGODB_URI) return;
  process.env.TEST_MONGODB_URI = await startTestServer();
};
