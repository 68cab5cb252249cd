import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { undefinedIfMissing } from '@albert-web/checkpoints';
import { InvalidArgumentError } from '@albert-web/errors';
import { unreadable } from './read-text.ts';

/**
 * Expands a comma-separated list of files. The last part of each path may contain `*` and `?`. Matches are sorted per pattern.
 *
 * @throws InvalidArgumentError if a pattern has no match, TrainingDataError when its folder cannot be read
 */
export async function findInputFiles(patterns: string): Promise<string[]> {
  const files: string[] = [];
  for (const pattern of patterns.split(',').filter(Boolean)) files.push(...(await expand(pattern)));
  return files;
}

async function expand(pattern: string): Promise<string[]> {
  if (!/[*?]/u.test(pattern)) return [pattern];
  const escaped = basename(pattern).replace(/[.+^${}()|[\]\\]/gu, '\\$&');
  const matcher = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
  const folder = dirname(pattern);
  const names = await undefinedIfMissing(readdir(folder)).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const found = (names ?? []).filter((name) => matcher.test(name)).sort();
  if (found.length > 0) return found.map((name) => join(folder, name));
  throw new InvalidArgumentError({ problem: `No file matches ${pattern}`, remedy: 'Check the path' });
}
