import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the workspace. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced code block in a Markdown file. */
export interface Block {
  /** File and line, such as `docs/guides/backends.md:12`. */
  readonly place: string;
  /** The word after the fence. */
  readonly language: string;
  /** Whether it is marked `run`: it works in Node with the files of the repository. */
  readonly runs: boolean;
  readonly code: string;
}

/** Reads every block that names a language, in the READMEs for users and in the guides. */
export function readBlocks(): Block[] {
  const guides = readdirSync(`${root}docs/guides`).filter((file) => file.endsWith('.md'));
  return [
    'README.md',
    'packages/albert-web/README.md',
    'examples/README.md',
    'bench/README.md',
    ...guides.map((guide) => `docs/guides/${guide}`),
  ].flatMap(blocksOf);
}

function blocksOf(file: string): Block[] {
  const text = readFileSync(root + file, 'utf8');
  return Array.from(
    text.matchAll(/^```(\w+)(.*)\n([^]*?)^```$/gmu),
    ({ index, 1: language = '', 2: mark, 3: code = '' }) => ({
      place: `${file}:${text.slice(0, index).split('\n').length}`,
      language,
      runs: mark?.trim() === 'run',
      code,
    }),
  );
}
