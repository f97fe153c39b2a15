// Input that no form of ours takes, whatever its fields (ATT-X01…X03).
import { gzipSync } from 'node:zlib';
import type { BareRequest } from './bare-http.ts';
import { marker } from './proper-refusal.ts';

/** Names that cleverer parsers make objects, lists or prototypes of. */
export const cleverNames = (field: string): string[] => [
  `${field}[$ne]=1`,
  `${field}.$ne=1`,
  `${field}[]=1`,
  `${field}%5B%24ne%5D=1`,
  `${field}[__proto__][polluted]=1`,
];
export const strangeBodies: [string, string][] = [
  ['an unknown name', 'admin=true'],
  ['__proto__', '__proto__=1'],
  ['a prototype with a member', '__proto__[polluted]=1'],
  ['a constructor', 'constructor=1'],
  ['a constructor’s prototype', 'constructor[prototype][polluted]=1'],
  ['a name of every object', 'toString=1'],
  ['no name', '=1'],
  ['markup as a name', `${encodeURIComponent(marker)}=1`],
  ['a NUL in a name', 'identifier%00=1'],
  ['a broken escape', 'x=%zz'],
  ['half an escape', 'x=%'],
  ['an escape that is not UTF-8', 'x=%ff%fe'],
  ['an overlong escape', 'x=%c0%ae'],
  ['half a surrogate', 'x=%ed%a0%80'],
  ['seventy fields', Array.from({ length: 70 }, (_, index) => `f${index}=1`).join('&')],
];
export const wrongContainers: [string, Partial<BareRequest>][] = [
  [
    'JSON',
    { headers: { 'Content-Type': 'application/json' }, body: '{"identifier":{"$ne":null},"password":{"$ne":null}}' },
  ],
  ['JSON with a prototype', { headers: { 'Content-Type': 'application/json' }, body: '{"__proto__":{"polluted":1}}' }],
  [
    'multipart',
    {
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
      body: '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nx\r\n--b--\r\n',
    },
  ],
  ['plain text', { headers: { 'Content-Type': 'text/plain' }, body: 'identifier=x&password=x' }],
  ['a form without a type', { headers: { 'Content-Type': '' }, body: 'identifier=x&password=x' }],
  ['XML', { headers: { 'Content-Type': 'application/xml' }, body: '<a>&x;</a>' }],
  ['a compressed form', { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync('identifier=x&password=x') }],
  ['nothing at all', { headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '0' } }],
];
export const tooLong: [string, Partial<BareRequest>][] = [
  ['20 kB', { body: `password=${'a'.repeat(20_000)}` }],
  ['10 MB', { body: `password=${'a'.repeat(10_000_000)}` }],
  ['50 kB that a slow pattern would choke on', { body: `identifier=${'a!'.repeat(25_000)}@` }],
  [
    '20 kB in chunks',
    { headers: { 'Transfer-Encoding': 'chunked' }, body: `4e20\r\n${'a'.repeat(20_000)}\r\n0\r\n\r\n` },
  ],
  ['a length that is a lie', { headers: { 'Content-Length': '99999999999' }, body: 'password=x' }],
];
