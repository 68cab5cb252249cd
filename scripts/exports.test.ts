/**
 * The build emits every file that a package exports. Packages import each other's sources, so that a missing file is noticed only when a
 * program runs from the built packages. For the published packages, `npm test` checks the packed files with publint.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import config from '../tsdown.config.ts';

const root = path.join(import.meta.dirname, '..');
const published = ['packages/albert-web', 'packages/model-default'];

type Targets = string | { readonly [condition: string]: Targets };

/** Returns every target with its innermost condition. */
const targetsOf = (targets: Targets, condition = 'default'): [condition: string, target: string][] =>
  typeof targets === 'string'
    ? [[condition, targets]]
    : Object.entries(targets).flatMap(([condition, inner]) => targetsOf(inner, condition));

/** Returns what tsdown emits for the entries of a package. Other modules are emitted too, but without the exports that no entry uses. */
function builtFiles(folder: string): Set<string> {
  const builds = config.filter(({ cwd, workspace }) => cwd === folder || [workspace].flat().includes(folder));
  const entries = builds.flatMap(({ entry = [] }) => [entry].flat());
  const names = entries.flatMap((entry) =>
    typeof entry === 'string' ? [entry.replace(/^src\/(.*)\.ts$/u, '$1')] : Object.keys(entry),
  );
  return new Set(names.map((name) => `./dist/${name}.js`));
}

const folders = readdirSync(path.join(root, 'packages'))
  .map((name) => `packages/${name}`)
  .filter((folder) => existsSync(path.join(root, folder, 'package.json')) && !published.includes(folder));

it.each(folders)('%s emits what it exports', (folder) => {
  const { exports = {} } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as {
    readonly exports?: Targets;
  };
  const built = builtFiles(folder);
  const missing = targetsOf(exports).filter(([condition, target]) => {
    // `tsc --build` writes the types of every source.
    const source = condition === 'types' ? target.replace(/^\.\/dist\/(.*)\.d\.ts$/u, './src/$1.ts') : target;
    const isSource = source.startsWith('./src/') && existsSync(path.join(root, folder, source));
    return !isSource && !built.has(target);
  });
  expect(missing).toEqual([]);
});

it('knows entries from other modules', () => {
  expect(builtFiles('packages/core')).toContain('./dist/tfjs/all-gradients.js');
  expect(builtFiles('packages/kernels')).not.toContain('./dist/module.js');
});
