// Makes a fresh clone ready to start or to test. Plain JavaScript: it runs before anything is installed, on Node 20 too.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const stamp = join('node_modules', '.civic-setup');
const projectNode = join('node_modules', '.bin', 'node');
const lock = join('.data', 'setup.lock');
const minutes = 60_000;

const say = (line) => process.stdout.write(`setup: ${line}\n`);

/** npm must not run on the Node inside the folder that it replaces. */
const pathOutside = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);

/** Runs a long step and shows that it works; answers whether it succeeded. */
const run = async (command, args, env = {}) => {
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: pathOutside(), ...env },
  });
  const startedAt = Date.now();
  const ticker = setInterval(() => say(`… ${Math.round((Date.now() - startedAt) / 1000)} s`), 5_000);
  const stop = () => child.kill();
  process.once('SIGTERM', stop);
  holdLock(child.pid);
  try {
    return await new Promise((resolve) => {
      child.once('error', () => resolve(false));
      child.once('close', (code) => resolve(code === 0));
    });
  } finally {
    clearInterval(ticker);
    process.off('SIGTERM', stop);
  }
};

// Two starts on one clone must not install at once. The lock is a folder with the process ids of its holder and of the
// step it runs: a step may outlive a killed holder.

const holdersFile = join(lock, 'pids');
const holdLock = (...steps) => writeFileSync(holdersFile, [process.pid, ...steps].join(' '));
const readHolders = () => {
  try {
    return readFileSync(holdersFile, 'utf8');
  } catch {
    return '';
  }
};
const isAlive = (pid) => {
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** A folder that holds our id already is renamed into place, which succeeds for one only. */
const takeFreeLock = () => {
  const draft = `${lock}.${process.pid}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(join(draft, 'pids'), String(process.pid));
  try {
    renameSync(draft, lock);
    return true;
  } catch {
    rmSync(draft, { recursive: true });
    return false;
  }
};

/** Of those who find the same dead holders, the one who leaves the mark takes over. */
const takeStaleLock = () => {
  const holders = readHolders();
  if (holders === '' || holders.split(' ').some(isAlive)) return false;
  try {
    mkdirSync(join(lock, `after ${holders}`));
  } catch {
    return false;
  }
  if (readHolders() !== holders) return false;

  holdLock();
  return true;
};

const takeLock = async () => {
  const deadline = Date.now() + 15 * minutes;
  for (let tries = 0; !takeFreeLock() && !takeStaleLock(); tries++) {
    if (tries === 0) say('another start is setting this clone up; waiting for it');
    if (Date.now() > deadline)
      throw new Error(`another start still holds ${lock}; if there is none, delete that folder.`);
    await sleep(300);
  }
};

const releaseLock = () => {
  const leaving = `${lock}.${process.pid}`;
  renameSync(lock, leaving);
  rmSync(leaving, { recursive: true });
};

// What a clone needs.

const hashOfLockfile = () => createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const arePackagesThere = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfLockfile();

const installPackages = async () => {
  say('installing the packages (npm ci), about half a minute');
  const hash = hashOfLockfile();
  rmSync(stamp, { force: true });
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  if (!(await run('npm', ['ci', ...flags]))) {
    throw new Error('npm ci did not succeed, so Civic ID cannot run; what npm says is above.');
  }
  writeFileSync(stamp, hash);
};

const checkNode = () => {
  const node = existsSync(projectNode) ? projectNode : 'node';
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8', env: { ...process.env, PATH: pathOutside() } });
  const [major, minor] = (/^v(\d+)\.(\d+)/.exec(stdout ?? '') ?? []).slice(1).map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;

  throw new Error(`Civic ID needs Node 22.18 or newer, but ${node} is ${stdout?.trim() || 'none that runs here'}.`);
};

// The browser tests bring their own Chromium for Linux; of the system it needs one library.
const isTesting = process.env.npm_lifecycle_event?.startsWith('pretest') ?? false;
const listLibraries = () =>
  spawnSync('ldconfig', ['-p'], { encoding: 'utf8', env: { PATH: [process.env.PATH, '/sbin'].join(delimiter) } })
    .stdout ?? '';
const canChromiumRun = () => Boolean(process.env.CHROMIUM_PATH) || listLibraries().includes('libnss3.so');
const mayInstallLibraries = () => process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;

const installLibrary = async () => {
  if (!mayInstallLibraries()) {
    throw new Error(
      'the browser tests need the system library libnss3 (nss on Fedora); install it, or set CHROMIUM_PATH.',
    );
  }
  say('installing libnss3, which the Chromium of the tests needs (apt-get install)');
  const quietly = { DEBIAN_FRONTEND: 'noninteractive' };
  const isInstalled =
    (await run('apt-get', ['update', '-qq'], quietly)) &&
    (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'libnss3'], quietly));
  if (!isInstalled) throw new Error('apt-get could not install libnss3; install it by hand, or set CHROMIUM_PATH.');
};

const isReady = () => arePackagesThere() && (!isTesting || canChromiumRun());

const prepare = async () => {
  if (!arePackagesThere()) await installPackages();
  if (isTesting && !canChromiumRun()) await installLibrary();
};

try {
  if (!isReady()) {
    await takeLock();
    await prepare().finally(releaseLock);
  }
  checkNode();
} catch (error) {
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = 1;
}
