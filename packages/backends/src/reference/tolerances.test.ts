import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { tolerances } from './tolerances.ts';

it.each(Object.entries(tolerances))('are published as they are tested: %s', async (backend, precisions) => {
  const features = await readFile(new URL('../../../../docs/features-and-tests.md', import.meta.url), 'utf8');
  const table = features.split('### Tolerances')[1]?.split('\n## ')[0] ?? '';
  const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());
  const lines = table.split('\n').map(cells);
  const columns = lines.find((line) => line[1] === 'backend') ?? [];
  const row = lines.find((line) => line[1]?.split(' ')[0] === backend) ?? [];
  const published = columns.flatMap((precision, i) =>
    i > 1 && /^\d/u.test(row[i] ?? '') ? [[precision, row[i]]] : [],
  );
  const tested = Object.entries(precisions).map(([precision, most]) => [precision, most]);
  expect(published.map(([precision, most]) => [precision, Number.parseFloat(most ?? '')])).toEqual(tested);
});
