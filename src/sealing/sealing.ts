// Text that must be read again and by nobody else: AES-256-GCM, bound to where it belongs, under keys that can be renewed.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface SealingKey {
  id: string;
  key: Buffer;
}

export interface Sealing {
  /** `place` is bound to the text: what was sealed for one place opens in no other. */
  seal: (text: string, place: string) => string;
  /** Throws where key, place or text are not what they were. */
  open: (sealed: string, place: string) => string;
}

const deriveKey = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `sealing:v1:${purpose}`, 32));

/** `keys`: the current one first. Each purpose seals under keys of its own. */
export const createSealing = (keys: readonly SealingKey[], purpose: string): Sealing => {
  const own = keys.map(({ id, key }) => ({ id, key: deriveKey(key, purpose) }));
  const [current] = own;
  if (current === undefined) throw new Error('sealing needs a key');

  return {
    seal: (text, place) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return [current.id, ...[iv, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
    },
    open: (sealed, place) => {
      const [id, ...parts] = sealed.split('.');
      const [iv, body, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
      const key = own.find((candidate) => candidate.id === id)?.key;
      if (key === undefined || iv === undefined || body === undefined || tag?.length !== 16) {
        throw new Error('not sealed here');
      }
      const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place)).setAuthTag(tag);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
};
