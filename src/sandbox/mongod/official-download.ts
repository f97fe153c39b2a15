// MongoDB's own download. mongodb-memory-server knows which archive fits this system and unpacks it; the transfer is
// ours, because the library leaves the server's certificate unchecked.
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MongodSource } from './mongod-source.ts';

const version = '8.2.6';
const patienceMs = 5000;

/** Waits for the answer to begin and no longer; the body may take its time. */
const open = async (url: string): Promise<Response | undefined> => {
  const impatience = new AbortController();
  const timer = setTimeout(() => impatience.abort(), patienceMs);
  try {
    return await fetch(url, { signal: impatience.signal });
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};

const inMegabytes = (bytes: string | null): string =>
  bytes === null ? '' : ` (${Math.round(Number(bytes) / 1e6)} MB)`;

export const officialDownload: MongodSource = {
  name: 'The official download',
  fetch: async ({ into, say }) => {
    const { DryMongoBinary } = await import('mongodb-memory-server-core');
    const { MongoBinaryDownload } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownload.js');
    const { MongoBinaryDownloadUrl } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');

    const options = { ...(await DryMongoBinary.generateOptions({ version })), downloadDir: into };
    const url = await new MongoBinaryDownloadUrl(options).getDownloadUrl();
    const answer = await open(url);
    if (!answer?.ok || answer.body === null) return undefined;

    say(`Downloading MongoDB ${version}${inMegabytes(answer.headers.get('content-length'))}, once…`);
    const archive = join(into, basename(new URL(url).pathname));
    await pipeline(answer.body, createWriteStream(archive));
    return new MongoBinaryDownload(options).extract(archive);
  },
};
