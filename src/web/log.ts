// One JSON line an event, for machines. Ids and codes only: what a person typed never comes here (ATT-X10).
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );

/** Where it happened, without the message: messages of libraries may quote what a person typed. */
export const stackOf = (error: Error): string =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' | ');
