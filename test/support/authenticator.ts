// An authenticator in software, which can also answer as no honest one would.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { z } from 'zod';

export interface Answer {
  challenge: string;
  origin: string;
  /** What differs from an honest answer. */
  rpId?: string;
  counter?: number;
  isVerified?: boolean;
  type?: string;
}

export type Authenticator = ReturnType<typeof createAuthenticator>;

const hash = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const flags = { present: 1, verified: 4, attested: 64 };

const numberOf = (value: number, bytes: 2 | 4): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};

/** What the page asks the authenticator. */
export const readOptions = (html: string): { challenge: string } => {
  const text = /data-options="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#34;', '"') ?? '{}';
  return z.object({ challenge: z.string() }).parse(JSON.parse(text));
};

export const createAuthenticator = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(16);
  let uses = 0;

  const clientData = ({ challenge, origin }: Answer, type: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authData = ({ origin, rpId, isVerified = true, counter }: Answer, more: number, tail: Buffer): Buffer =>
    Buffer.concat([
      hash(rpId ?? new URL(origin).hostname),
      Buffer.from([flags.present + (isVerified ? flags.verified : 0) + more]),
      numberOf(counter ?? uses, 4),
      tail,
    ]);
  const envelope = (response: Record<string, unknown>): string => {
    const name = id.toString('base64url');
    return JSON.stringify({ id: name, rawId: name, type: 'public-key', clientExtensionResults: {}, response });
  };

  return {
    /** A new passkey, without attestation. */
    create: (answer: Answer): string => {
      const coordinates = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')] as const;
      const key = [
        Buffer.from('a5010203262001215820', 'hex'),
        coordinates[0],
        Buffer.from('225820', 'hex'),
        coordinates[1],
      ];
      const data = authData(
        answer,
        flags.attested,
        Buffer.concat([Buffer.alloc(16), numberOf(id.length, 2), id, ...key]),
      );
      const attestation = [
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([data.length]),
        data,
      ];
      return envelope({
        clientDataJSON: clientData(answer, answer.type ?? 'webauthn.create').toString('base64url'),
        attestationObject: Buffer.concat(attestation).toString('base64url'),
        transports: ['internal'],
      });
    },
    /** Shows the passkey; its counter goes up. */
    get: (answer: Answer): string => {
      uses += 1;
      const data = authData(answer, 0, Buffer.alloc(0));
      const client = clientData(answer, answer.type ?? 'webauthn.get');
      return envelope({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, hash(client)]), privateKey).toString('base64url'),
        userHandle: 'AAAA',
      });
    },
  };
};
