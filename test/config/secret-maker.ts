// One of several starts that make the secrets of a folder at once; prints what it then reads.
import { makeSecrets, readDemoClientSecret, readSecrets } from '../../config/index.ts';

const [, , dir = ''] = process.argv;
makeSecrets(dir, { withSandbox: true });
console.log(JSON.stringify([readSecrets(dir), readDemoClientSecret(dir)]));
