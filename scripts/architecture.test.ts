/** Checks that the sources define every name in the section of ARCHITECTURE.md about how a pair of sentences travels. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { headChains, headNames, taskNames } from '../packages/core/src/spec/index.ts';

const root = new URL('../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const sectionOf = (heading: string): string =>
  read('ARCHITECTURE.md').split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

const sources = execFileSync('git', ['ls-files', 'packages/*/src/*.ts'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !file.includes('.test.'))
  .map(read);

/** Names in backticks without files: `Tokenizer.encodeBatch`, `padRows`, `last_hidden_state`. */
const names = Array.from(
  sectionOf('How a pair of sentences travels').matchAll(/`([A-Za-z._]+)(?:\(\))?`/gu),
  ([, name = '']) => name,
).filter((name) => !name.endsWith('.ts'));

const packages = Array.from(sectionOf('Packages').matchAll(/^\| `packages\/([\w-]+)`/gmu), ([, name = '']) => name);
const outputs = headNames.flatMap((head) => headChains(head).flatMap((chain) => Object.keys(chain.outputs)));
/** A sentence encoder's output comes from its modules, not from a head. */
const [, sentenceOutput = ''] =
  /return \{ (\w+): joinRows/u.exec(read('packages/tasks/src/engine/sentence-head.ts')) ?? [];
/** Names that are not declarations. */
const others = new Set([...packages, ...outputs, sentenceOutput, ...taskNames.map((task) => `model.${task}`)]);

it('names at least ten functions and classes', () => expect(new Set(names).size).toBeGreaterThanOrEqual(10));

it.each(names)('%s exists', (name) => {
  const [first = '', member] = name.split('.');
  const defines = new RegExp(`export (?:async )?(?:function|class|interface|const) ${first}\\b`, 'u');
  const contains = member === undefined ? /(?:)/u : new RegExp(`\\b${member}(?:<[^>]*>)?\\(`, 'u');
  const isDeclared = sources.some((source) => defines.test(source) && contains.test(source));
  expect(isDeclared || others.has(name)).toBe(true);
});
