// The file of clients that an administrator keeps; what stands in it is checked where clients are registered.
import { readFileSync } from 'node:fs';

/** Reads CLIENTS_FILE. A problem is one sentence for the person who starts the product. */
export const readClientsFile = (
  file: string,
): { outcome: 'read'; clients: unknown[] } | { outcome: 'wrong'; problem: string } => {
  const text = readOrNothing(file);
  if (text === undefined) return { outcome: 'wrong', problem: `CLIENTS_FILE: ${file} cannot be read` };

  const list = parseOrNothing(text);
  if (!Array.isArray(list)) {
    return { outcome: 'wrong', problem: `CLIENTS_FILE: expected a JSON array of client metadata in ${file}` };
  }
  return { outcome: 'read', clients: list };
};

const readOrNothing = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

const parseOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
