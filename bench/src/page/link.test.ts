import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { InvalidArgumentError } from '@albert-web/errors';
import { parseReport } from '../report/schema.ts';
import { linkTo, runOfLink } from './link.ts';

const page = 'https://example.org/bench/?theme=dark#run=old';
const file = new URL('../../results/report.json', import.meta.url);

it('restores a whole run from its link, without its parts', async () => {
  const report = parseReport(JSON.parse(await readFile(file, 'utf8')));
  const link = new URL(await linkTo(report, page));
  expect(link.search).toBe('?theme=dark');
  expect(await runOfLink(link.hash)).toEqual({ ...report, parts: [], agreement: [] });
});

it('finds no run in other links', async () => {
  expect(await runOfLink('')).toBeUndefined();
  expect(await runOfLink('#details')).toBeUndefined();
});

it.each(['', '!', 'AAAA', 'q1YqSSxJVbJSSkksSVSqBQA', 'a'.repeat(5000)])('rejects the run %j', async (run) => {
  await expect(runOfLink(`#run=${run}`)).rejects.toThrow(InvalidArgumentError);
});

it('rejects data that decompresses to more than a run', async () => {
  const zeros = new Blob(['0'.repeat(2_000_000)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const packed = Buffer.from(await new Response(zeros).arrayBuffer()).toString('base64url');
  await expect(runOfLink(`#run=${packed}`)).rejects.toThrow(/does not contain a complete run/u);
});
