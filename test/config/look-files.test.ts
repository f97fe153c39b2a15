// The mark and the colours that stand in files: what is taken, and what is said of the rest.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultColours, readEnvironment } from '../../config/index.ts';

describe('the files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'civic-id-look-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const put = (name: string, content: string | Buffer): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const settle = (variables: Record<string, string>) => {
    const read = readEnvironment(variables);
    return read.outcome === 'read' ? { deployment: read.environment.deployment } : { problems: read.problems };
  };
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>';
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from([0, 255, 254, 10, 13])]);

  it.each([
    ['an SVG', 'svg', svg],
    [
      'an SVG with all that may stand before it',
      'svg',
      `\uFEFF<?xml version="1.0"?>\n<!-- > -->\n<!DOCTYPE svg>\n${svg}`,
    ],
    ['a PNG', 'png', png],
    ['a mark as large as it may be', 'svg', svg.padEnd(20_000)],
  ])('%s is known by what it holds, not by its name', (_what, kind, content) => {
    const { deployment } = settle({ MARK_FILE: put('mark.dat', content) });
    expect(deployment?.mark).toEqual({ kind, content: Buffer.from(content) });
  });

  it.each([
    ['too large', svg.padEnd(20_001), 'expected at most 20000 bytes in '],
    ['a page', '<!doctype html><svg xmlns="http://www.w3.org/2000/svg"/>', 'expected an SVG or PNG picture in '],
    ['an SVG that no browser shows', '<svg viewBox="0 0 1 1"/>', 'expected an SVG or PNG picture in '],
    ['a picture of another kind', Buffer.from('ffd8ffe000104a464946', 'hex'), 'expected an SVG or PNG picture in '],
    ['empty', '', 'expected an SVG or PNG picture in '],
  ])('a mark that is %s is refused', (_what, content, problem) => {
    const file = put('mark.svg', content);
    expect(settle({ MARK_FILE: file })).toEqual({ problems: [`MARK_FILE: ${problem}${file}`] });
  });

  it.each(['MARK_FILE', 'THEME_FILE'])('that is not there is named: %s', (variable) => {
    for (const file of [join(folder, 'no-such-file'), folder])
      expect(settle({ [variable]: file })).toEqual({ problems: [`${variable}: ${file} cannot be read`] });
  });

  it('bring colours in any letters, and only those that are given', () => {
    const file = put('theme.json', '{"light":{"accent":"#8A1C3B","line":"#DDDDDD"}}');
    expect(settle({ THEME_FILE: file }).deployment?.theme.light).toMatchObject({
      accent: '#8a1c3b',
      line: '#dddddd',
      danger: defaultColours.light.danger,
    });
  });

  it.each([
    ['{"light":{"acent":"#8a1c3b"}}', 'there is no light.acent to set'],
    ['{"light":{"--ink":"#8a1c3b"}}', 'there is no light.--ink to set'],
    ['{"print":{}}', 'there is no print to set'],
    ['{"dark":{"accent":"teal"}}', 'expected a colour such as #0b5c6b at dark.accent'],
    ['{"dark":{"accent":"#fff;} *{display:none"}}', 'expected a colour such as #0b5c6b at dark.accent'],
    ['{"dark":"#0b5c6b"}', 'expected a JSON object with light and dark, each an object of colours'],
    ['[]', 'expected a JSON object with light and dark, each an object of colours'],
    ['{"light":', 'expected a JSON object with light and dark, each an object of colours'],
  ])('are strict: %s', (content, problem) => {
    expect(settle({ THEME_FILE: put('theme.json', content) })).toEqual({ problems: [`THEME_FILE: ${problem}`] });
  });

  it('are named together with everything else that is wrong', () => {
    const { problems } = settle({ NODE_ENV: 'production', MARK_FILE: folder, THEME_FILE: folder });
    expect(problems?.map((problem) => problem.split(':')[0])).toEqual([
      'MONGODB_URI',
      'SECRETS_DIR',
      'ISSUER',
      'MARK_FILE',
      'THEME_FILE',
    ]);
  });
});
