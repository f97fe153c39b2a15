// README's table of the configuration: made from the schema, and read back from the README.
import { z } from 'zod';
import { environmentSchema } from '../../config/index.ts';

export interface ConfigurationRow {
  name: string;
  /** As a person would write it; `—` where there is none. */
  byDefault: string;
  text: string;
}

const none = '—';
const begin = '<!-- configuration -->';
const end = '<!-- /configuration -->';

const written = (value: unknown): string => {
  if (value === undefined || value === '') return none;
  if (Array.isArray(value)) return `\`${value.join(',')}\``;
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
};

export const configurationRows = (): ConfigurationRow[] =>
  Object.entries(environmentSchema.shape).map(([name, schema]) => ({
    name: `\`${name}\``,
    byDefault: written(z.safeParse(schema, undefined).data),
    text: schema.description ?? '',
  }));

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');

/** The whole block, markers included, to be put into README.md. */
export const renderConfigurationTable = (): string => {
  const rows = configurationRows().map(({ name, byDefault, text }) => [name, byDefault, text]);
  const lines = [['Variable', 'Default', 'What it is for'], ['---', '---', '---'], ...rows].map(
    (cells) => `| ${cells.map(escaped).join(' | ')} |`,
  );
  return [begin, '', ...lines, '', end].join('\n');
};

/** The rows between the markers of a Markdown text. */
export const readConfigurationTable = (markdown: string): ConfigurationRow[] => {
  const block = markdown.split(begin)[1]?.split(end)[0];
  if (block === undefined) throw new Error(`no table between ${begin} and ${end}`);
  const cellsOf = (line: string) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
  return block
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map(cellsOf)
    .map(([, name = '', byDefault = '', text = '']) => ({ name, byDefault, text }));
};
