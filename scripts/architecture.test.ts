/** What ARCHITECTURE.md says about the way of a pair of sentences: every name in it is one that the sources define. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const section =
  readFileSync(new URL('ARCHITECTURE.md', root), 'utf8')
    .split('## How a pair of sentences travels\n')[1]
    ?.split('\n## ')[0] ?? '';

const sources = execFileSync('git', ['ls-files', 'packages/*/src/*.ts'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !file.includes('.test.'))
  .map((file) => readFileSync(new URL(file, root), 'utf8'));

/** Names in backticks without files: `Tokenizer.encodeBatch`, `padRows`. */
const names = Array.from(section.matchAll(/`([A-Za-z.]+)(?:\(\))?`/gu), ([, name = '']) => name).filter(
  (name) => !name.endsWith('.ts'),
);

it('names at least ten functions and classes', () => expect(new Set(names).size).toBeGreaterThanOrEqual(10));

it.each(names)('%s exists', (name) => {
  const [first = '', member] = name.split('.');
  const defines = new RegExp(`(?:function|class|interface|const) ${first}\\b`, 'u');
  const contains = member === undefined ? /(?:)/u : new RegExp(`\\b${member}(?:<[^>]*>)?\\(`, 'u');
  const isModel = first === 'model' && member !== undefined;
  const found = sources.some((source) => (isModel || defines.test(source)) && contains.test(source));
  expect(found || isTaskOrOutput(name)).toBe(true);
});

/** Rooms, and outputs of heads. */
function isTaskOrOutput(name: string): boolean {
  return sources.some((source) => source.includes(`'${name}'`) || source.includes(`${name}: {`));
}
