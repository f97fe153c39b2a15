// Style, script and icon, read once, named by their content so that a browser may keep them for ever.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { PageMiddleware } from '../http.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

interface Asset {
  type: string;
  content: Buffer;
}

/** `added` stand beside the files of `dir`. `serve` answers `/assets/<hash>/<name>`; `urlOf` throws for a file that is not there. */
export const loadAssets = (dir: string, added: Record<string, Buffer> = {}) => {
  const byUrl = new Map<string, Asset>();
  const urls = new Map<string, string>();
  const files = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))] as const);
  for (const [name, content] of [...files, ...Object.entries(added)]) {
    const url = `/assets/${createHash('sha256').update(content).digest('hex').slice(0, 12)}/${name}`;
    byUrl.set(url, { type: types[extname(name)] ?? 'application/octet-stream', content });
    urls.set(name, url);
  }

  const urlOf = (name: string): string => {
    const url = urls.get(name);
    if (url === undefined) throw new Error(`no asset ${name}`);
    return url;
  };

  const find = (path: string): Asset | undefined => byUrl.get(path);

  const serve: PageMiddleware = async (ctx, next) => {
    const asset = find(ctx.path);
    if (asset === undefined || !(ctx.method === 'GET' || ctx.method === 'HEAD')) {
      await next();
      return;
    }
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.type = asset.type;
    ctx.body = asset.content;
  };

  return { find, serve, urlOf };
};

export type Assets = ReturnType<typeof loadAssets>;
