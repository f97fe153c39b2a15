// npm run secrets -- <folder>: makes the secrets that a production start must be given; what exists is left alone.
import { makeSecrets, readSecrets } from '../config/index.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Say where: npm run secrets -- <folder>\n');
  process.exit(1);
}

makeSecrets(folder, { withSandbox: false });
const read = readSecrets(folder);
if (read.outcome === 'wrong') {
  process.stderr.write(`${read.problems.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(
  `The secrets are in ${folder}. Keep a copy apart from the database: without them nobody can sign in.\n`,
);
