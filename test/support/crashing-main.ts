// The product in a process of its own that ends as in a power cut: where the app calls the named point, nothing runs any more.
import { makeSecrets, readSecrets } from '../../config/index.ts';
import { startCivicId } from './civic-id.ts';

const [, , uri = '', port = '', secretsDir = '', crashAt = '', options = '{}'] = process.argv;

makeSecrets(secretsDir, { withSandbox: true });
const read = readSecrets(secretsDir);
if (read.outcome === 'wrong') throw new Error(read.problems.join('; '));

const checkpoint = async (name: string): Promise<void> => {
  if (name !== crashAt) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
};
const idp = await startCivicId({ ...JSON.parse(options), uri, port: Number(port), secrets: read.secrets, checkpoint });

process.on('message', (metadata: object) => void idp.register(metadata).then(() => process.send?.('registered')));
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL')); // nobody is left who could end it
process.send?.('ready');
