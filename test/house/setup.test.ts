// scripts/setup.mjs on small clones of its own, with stand-ins for the tools that it calls.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const isRoot = process.getuid?.() === 0;

const npm = ['echo "$@" >> npm.calls', 'mkdir -p node_modules'];

let clone = '';
const inClone = (...path: string[]): string => join(clone, ...path);

const putTool = (path: string, ...lines: string[]): void => {
  mkdirSync(dirname(inClone(path)), { recursive: true });
  writeFileSync(inClone(path), ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(inClone(path), 0o755);
};
const callsOf = (tool: string): string[] =>
  existsSync(inClone(`${tool}.calls`))
    ? readFileSync(inClone(`${tool}.calls`), 'utf8')
        .trim()
        .split('\n')
    : [];

const setUp = (event = 'prestart') =>
  new Promise<{ code: number | null; said: string; complained: string }>((resolve) => {
    const path = [inClone('tools'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
    const child = spawn(process.execPath, [inClone('scripts/setup.mjs')], {
      env: { PATH: path, npm_lifecycle_event: event },
    });
    let said = '';
    let complained = '';
    child.stdout.on('data', (text) => (said += String(text)));
    child.stderr.on('data', (text) => (complained += String(text)));
    child.on('close', (code) => resolve({ code, said, complained }));
  });

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'civic-id-clone-'));
  cpSync('scripts/setup.mjs', inClone('scripts/setup.mjs'));
  writeFileSync(inClone('package-lock.json'), '{}');
  putTool('tools/npm', ...npm);
  putTool('tools/ldconfig', 'cat libraries');
  writeFileSync(inClone('libraries'), 'libnss3.so => /usr/lib/libnss3.so');
});
afterEach(() => rmSync(clone, { recursive: true }));

describe('the packages', () => {
  it('are installed once', async () => {
    const first = await setUp();
    const second = await setUp();

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.said).toMatch(/^setup: installing the packages .*\n$/);
    expect(second.said + first.complained + second.complained).toBe('');
    expect(callsOf('npm')).toHaveLength(1);
    expect(callsOf('npm')[0]).toMatch(/^ci .*--no-audit --no-fund/);
  });

  it('are installed again when package-lock.json has changed', async () => {
    await setUp();
    writeFileSync(inClone('package-lock.json'), '{"lockfileVersion":3}');
    await setUp();
    expect(callsOf('npm')).toHaveLength(2);
  });

  it('are installed again when the first try broke off', async () => {
    putTool('tools/npm', 'mkdir -p node_modules', 'echo "no network" >&2', 'exit 7');
    const broken = await setUp();
    expect(broken.code).toBe(1);
    expect(broken.complained).toMatch(/^no network\nsetup: npm ci did not succeed.*\n$/);

    putTool('tools/npm', ...npm);
    expect((await setUp()).code).toBe(0);
    expect(callsOf('npm')).toHaveLength(1);
  });

  it('are installed by one of two starts at once', async () => {
    putTool('tools/npm', ...npm, 'sleep 0.3');
    const starts = await Promise.all([setUp(), setUp()]);
    expect(starts.map(({ code }) => code)).toEqual([0, 0]);
    expect(callsOf('npm')).toHaveLength(1);
    expect(starts.map(({ said }) => said).join('')).toContain('waiting');
  });

  it('are installed by one of five starts that find the lock of a dead one', async () => {
    putTool('tools/npm', ...npm, 'sleep 0.3');
    const dead = spawnSync('true').pid;
    mkdirSync(inClone('.data/setup.lock'), { recursive: true });
    writeFileSync(inClone('.data/setup.lock/pids'), String(dead));

    const starts = await Promise.all(Array.from({ length: 5 }, () => setUp()));
    expect(starts.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(callsOf('npm')).toHaveLength(1);
    expect(existsSync(inClone('.data/setup.lock'))).toBe(false);
  });

  it('are not touched while an npm runs on whose start was killed', async () => {
    const npm = spawn('sleep', ['1']);
    mkdirSync(inClone('.data/setup.lock'), { recursive: true });
    writeFileSync(inClone('.data/setup.lock/pids'), `${spawnSync('true').pid} ${npm.pid ?? 0}`);

    const ends: string[] = [];
    npm.on('close', () => ends.push('npm'));
    await setUp().then(() => ends.push('setup'));
    expect(ends).toEqual(['npm', 'setup']);
  });
});

describe('Node', () => {
  it('that is too old is refused in one sentence', async () => {
    putTool('node_modules/.bin/node', 'echo v20.20.2');
    const { code, complained } = await setUp();
    expect(code).toBe(1);
    expect(complained).toMatch(/^setup: Civic ID needs Node 22\.18 or newer, but .* is v20\.20\.2\.\n$/);
  });
});

describe('the library that Chromium needs', () => {
  beforeEach(() => {
    writeFileSync(inClone('libraries'), '');
    putTool(
      'tools/apt-get',
      'echo "$@" >> apt-get.calls',
      'case "$*" in *libnss3*) echo libnss3.so > libraries;; esac',
    );
  });

  it('does not hold up a start', async () => {
    expect((await setUp('prestart')).code).toBe(0);
    expect(callsOf('apt-get')).toEqual([]);
  });

  it('is installed before a test by root, and asked for otherwise', async () => {
    const { code, said, complained } = await setUp('pretest');
    if (isRoot) {
      expect(code).toBe(0);
      expect(said).toContain('setup: installing libnss3');
      expect(callsOf('apt-get').at(-1)).toMatch(/^install .*libnss3$/);
    } else {
      expect(code).toBe(1);
      expect(complained).toMatch(/^setup: the browser tests need .*libnss3.*\n$/);
    }
  });

  it('is asked for in one sentence where apt-get does not help', async () => {
    putTool('tools/apt-get', 'exit 100');
    const { code, complained } = await setUp('pretest');
    expect(code).toBe(1);
    expect(complained).toMatch(/^setup: [^\n]*libnss3[^\n]*CHROMIUM_PATH[^\n]*\n$/);
  });
});
