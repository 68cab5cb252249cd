/** Checks that callers can import the class of every error that loading or calling a model can throw. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as errors from './errors.ts';

const packages = new URL('../../', import.meta.url);
const names = ['errors', 'core', 'tokenizer', 'checkpoints', 'kernels', 'backends', 'tasks'];

it('exports every error class of the packages that load and run a model', () => {
  const sources = names.flatMap((name) =>
    readdirSync(new URL(`${name}/src`, packages), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(new URL(`${name}/src/${file}`, packages), 'utf8')),
  );
  const named = /^export class (\w+) extends \w+Error\b/gmu;
  const declared = Array.from(sources.join('\n').matchAll(named), ([, name]) => name);
  expect(new Set(Object.keys(errors))).toEqual(new Set(['AlbertError', ...declared]));
});
