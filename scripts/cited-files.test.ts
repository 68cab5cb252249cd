import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean);

/** Built files, and names used as placeholders. */
const noSources = new Set([
  'albert.mjs',
  'albert-worker.mjs',
  'boundary.mjs',
  'cache.mjs',
  'in-page.mjs',
  'service-worker.mjs',
  'kernel.wgsl',
  'x.test.ts',
  'x.device.test.ts',
]);

it('comments and documents cite source files that exist', () => {
  const missing = tracked
    .filter((file) => /\.(?:ts|mjs|md|wgsl)$/u.test(file))
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      const prose = file.endsWith('.md') ? text : commentsOf(text);
      return citedFiles(prose)
        .filter((cited) => !exists(cited, file))
        .map((cited) => `${file} cites ${cited}`);
    });
  expect(missing).toEqual([]);
});

it.each([
  ['in a comment', '/** See `scripts/check.mjs`. */', ['scripts/check.mjs']],
  ['beside code', "const a = 'b.ts'; // as in vite.config.ts", ['vite.config.ts']],
  ['but no address', '// https://example.org/other.ts', []],
])('finds citations %s', (_, code, cited) => {
  expect(citedFiles(commentsOf(code))).toEqual(cited);
});

/** Returns block comments, and line comments that do not follow a colon as in a URL. */
function commentsOf(code: string): string {
  return [...code.matchAll(/\/\*[^]*?\*\/|(?<![:'"`/])\/\/.*$/gmu)].map(([comment]) => comment).join('\n');
}

/** Returns the paths of source files in prose. URLs, globs and placeholders do not count. */
function citedFiles(prose: string): string[] {
  const words = prose.replaceAll(/https?:\/\/\S+/gu, ' ');
  return [...words.matchAll(/(?<![\w@./*<>{}$-])[\w./-]*\w\.(?:ts|mjs|wgsl)\b(?![\w./*-]*\*)/gu)].map(
    ([cited]) => cited,
  );
}

/** Whether a cited file exists: by the end of its path, relative to the citing file, or `name/file` for `packages/name/src/file`. */
function exists(cited: string, from: string): boolean {
  if (noSources.has(path.posix.basename(cited))) return true;
  const relative = path.posix.join(path.posix.dirname(from), cited);
  const ends = [cited, cited.replace('/', '/src/')].map((end) => `/${end}`);
  return tracked.some((file) => file === relative || ends.some((end) => `/${file}`.endsWith(end)));
}
