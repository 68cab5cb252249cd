/** Enforces the table of packages in ARCHITECTURE.md: a package imports only the listed packages, and its manifest declares them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const [, tables = ''] = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8').split('## Packages');
const packages = new Map(
  Array.from(tables.matchAll(/^\| `((?:packages|apps)\/[\w-]+|bench)`\s*\|[^|]*\| ([\w, -]+?)\s*\|$/gmu), (row) => [
    row[1] ?? '',
    new Set(row[2] === 'nothing' ? [] : row[2]?.split(', ')),
  ]),
);

/** Whether a file is a test or shared by tests, so that it may use development dependencies. */
const isSupport = (file: string): boolean => /\.test\.ts$|(?:^|\/)testing\//u.test(file);

function sources(folder: string): { readonly file: string; readonly text: string }[] {
  return readdirSync(path.join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?ts$|\.mjs$/u.test(file) && !file.startsWith('generated'))
    .map((file) => ({ file, text: readFileSync(path.join(root, folder, 'src', file), 'utf8') }));
}

/** Returns the packages that a file imports, without subpaths. Ignores comments. */
function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gmu, '');
  const specifiers = Array.from(
    code.matchAll(/(?:\bfrom |\bimport\(|^import )'(@?[\w-]+(?:\/[\w./-]+)?)'/gmu),
    ([, name = '']) => name,
  );
  return specifiers.map((name) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/'),
  );
}

const packageOf = (name: string): string | undefined =>
  /^(?:@albert-web\/([\w-]+)|(albert-web))$/u.exec(name)?.slice(1).find(Boolean);

it('lists every package', () => {
  const folders = readdirSync(path.join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `packages/${name}`);
  expect([...packages.keys()].filter((folder) => folder.startsWith('packages/')).toSorted()).toEqual(
    folders.toSorted(),
  );
});

describe.each([...packages])('%s', (folder, allowed) => {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
  };
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  const product = sources(folder).filter(({ file }) => !isSupport(file));

  it('declares its errors in files named errors.ts', () => {
    const declares = (text: string): boolean => /^(?:export )?class \w+ extends \w+Error\b/mu.test(text);
    const elsewhere = product.filter(({ file, text }) => path.basename(file) !== 'errors.ts' && declares(text));
    expect(elsewhere.map(({ file }) => file)).toEqual([]);
  });

  it('imports only the packages that it may', () => {
    const imported = new Set(product.flatMap(({ text }) => importsOf(text)).flatMap((name) => packageOf(name) ?? []));
    imported.delete(packageOf(manifest.name) ?? '');
    expect([...imported].toSorted()).toEqual([...allowed].toSorted());
  });

  it('declares what it imports', () => {
    // A bundled page or program needs its dependencies only at build time.
    const known = { ...declared, ...manifest.devDependencies };
    const undeclared = product.flatMap(({ file, text }) =>
      importsOf(text).flatMap((name) => (name in known || name === manifest.name ? [] : [`${file}: ${name}`])),
    );
    expect(undeclared).toEqual([]);
  });

  it('imports what it declares', () => {
    // The published package bundles the private packages and the command line.
    const rest =
      folder === 'packages/albert-web' ? [...packages.keys()].filter((each) => each.startsWith('packages/')) : [];
    const imported = new Set([...product, ...rest.flatMap(sources)].flatMap(({ text }) => importsOf(text)));
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => !imported.has(name))).toEqual([]);
  });

  it('does not import from the sources of other packages', () => {
    const others = /'(?:\.\.\/)+(?:packages\/)?[\w-]+\/src\/[^']*'/u;
    const reaching = product.flatMap(({ file, text }) => {
      const outside = others.exec(text.replaceAll(/\/\*[^]*?\*\//gu, ''));
      return outside ? [`${file}: ${outside[0]}`] : [];
    });
    expect(reaching).toEqual([]);
  });
});

it('no package imports from scripts/, which is run from the root', () => {
  const files = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'packages', 'apps', 'bench', 'docs'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const importing = files
    .split('\n')
    .filter((file) => /\.(?:ts|mjs|js)$/u.test(file) && existsSync(path.join(root, file)))
    .filter((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      const relative = Array.from(
        text.matchAll(/(?:\bfrom |\bimport\(|^import )'(\.[^']*)'/gmu),
        ([, name = '']) => name,
      );
      return relative.some((name) => path.posix.join(path.posix.dirname(file), name).startsWith('scripts/'));
    });
  expect(importing).toEqual([]);
});
