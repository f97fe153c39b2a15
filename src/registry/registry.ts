// Asks a registry of people whether someone is who they say; what does not answer in its own words has not answered.
import { z } from 'zod';
import { reasonOf } from '../delivery/index.ts';

/** Where the registry is, and what it wants to see, such as its key. */
export interface RegistryConnection {
  url: string;
  headers: Record<string, string>;
}

export interface Person {
  familyName: string;
  givenName: string;
  /** Empty where there is none. */
  middleName: string;
  /** YYYY-MM-DD */
  birthdate: string;
  /** Eleven digits. */
  snils: string;
  passport: { series: string; number: string; issueDate: string };
}

/** Whoever is not known and whoever is known otherwise are the same: nobody learns which datum was wrong. */
export type RegistryAnswer = { outcome: 'match' } | { outcome: 'no-match' } | { outcome: 'unavailable' };

export interface Registry {
  check: (person: Person) => Promise<RegistryAnswer>;
}

interface Needs extends RegistryConnection {
  timeoutSeconds: number;
  fetch?: typeof fetch;
  /** `reason`: an HTTP status, the code or name of an error, or `not understood`; nothing personal. */
  noteFailure: (reason: string) => void;
}

const bytes = z.instanceof(Uint8Array);
const longestAnswer = 16 * 1024;
const answerSchema = z.object({ result: z.enum(['match', 'no_such_person', 'does_not_match']) });

class NoAnswerError extends Error {
  override name = 'NoAnswerError';
  readonly code: string;

  constructor(code: string) {
    super(`the registry has not answered: ${code}`);
    this.code = code;
  }
}

const asked = ({ familyName, givenName, middleName, birthdate, snils, passport }: Person): string =>
  JSON.stringify({
    family_name: familyName,
    given_name: givenName,
    middle_name: middleName === '' ? null : middleName,
    birthdate,
    snils,
    passport: { series: passport.series, number: passport.number, issue_date: passport.issueDate },
  });

const readShort = async (body: Response['body']): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(bytes.parse(chunk), { stream: true });
    if (text.length > longestAnswer) throw new NoAnswerError('answer is too long');
  }
  return text;
};

const parseAnswer = (text: string): RegistryAnswer => {
  const parsed = answerSchema.safeParse(readJson(text));
  if (!parsed.success) throw new NoAnswerError('not understood');
  return { outcome: parsed.data.result === 'match' ? 'match' : 'no-match' };
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoAnswerError('not understood');
  }
};

export const createRegistry = (needs: Needs): Registry => {
  const { url, headers, timeoutSeconds, noteFailure } = needs;
  const call = needs.fetch ?? fetch;

  const headersToSend = (): Headers => {
    const all = new Headers({ 'Content-Type': 'application/json', Accept: 'application/json' });
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    return all;
  };

  const ask = async (person: Person): Promise<RegistryAnswer> => {
    const response = await call(url, {
      method: 'POST',
      headers: headersToSend(),
      body: asked(person),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    if (response.status === 200) return parseAnswer(await readShort(response.body));
    await response.body?.cancel();
    throw new NoAnswerError(`HTTP ${response.status}`);
  };

  return {
    check: async (person) => {
      try {
        return await ask(person);
      } catch (error) {
        noteFailure(reasonOf(error));
        return { outcome: 'unavailable' };
      }
    },
  };
};
