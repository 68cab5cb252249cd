import { readFileSync } from 'node:fs';

const packageFolder = new URL('../packages/albert-web/', import.meta.url);
/** @type {{ exports: Record<string, { source?: string }> }} */
const { exports } = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8'));

/** The modules that users can import, by the source file with their docstrings. If two entries share a source, the first one counts. */
export const sources = new Map(
  Object.entries(exports)
    .filter(([entry, { source }]) => source && !entry.startsWith('./internal/'))
    .toReversed()
    .map(([entry, { source }]) => [source, `albert-web${entry.slice(1)}`]),
);

/** The documented modules by the names that are imported: `albert-web`, `albert-web/tokenizer`, ... */
export const modules = Array.from(sources.values()).toReversed();
