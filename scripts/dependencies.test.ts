/** Checks that ARCHITECTURE.md explains every dependency in a manifest, and no others. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

function dependencies(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;
  return ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {}));
}

it('names every dependency and no others', () => {
  const packages = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [`${folder}/${entry.name}`] : [],
    ),
  );
  const used = new Set(
    ['.', ...packages, 'bench', 'docs']
      .flatMap(dependencies)
      .filter((name) => !/^(?:@albert-web\/|albert-web$)/u.test(name)),
  );
  const [, table = ''] = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8').split('## Dependencies, and why');
  const named = new Set(
    table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => Array.from((line.split('|')[1] ?? '').matchAll(/`([^`]+)`/gu), ([, name = '']) => name)),
  );
  const missing = [...used].filter(
    (name) => !named.has(name) && !name.startsWith('@tensorflow/') && !named.has(name.replace(/^@types\//u, '')),
  );
  expect(missing).toEqual([]);
  expect([...named].filter((name) => !used.has(name))).toEqual([]);
});
