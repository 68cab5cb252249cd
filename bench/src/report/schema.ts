/** The schema of a result file, to check files from elsewhere. */
import { backendNames, precisionNames } from '@albert-web/core/spec';
import { InvalidArgumentError } from '@albert-web/errors';
import * as v from 'valibot';
import { engineNames } from './engines.ts';
import type { Report } from './report.ts';

const text = v.pipe(v.string(), v.maxLength(1000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(10_000));

const candidate = {
  engine: v.picklist(engineNames),
  backend: v.picklist(backendNames),
  precision: v.picklist(precisionNames),
};

const row = v.pipe(
  v.object({
    ...candidate,
    measure: v.picklist(['forward', 'pairs', 'load-cold', 'load-cached']),
    shape: text,
    batch: count,
    length: count,
    threads: count,
    isolated: v.boolean(),
    medianMs: v.pipe(milliseconds, v.gtValue(0)),
    p90Ms: milliseconds,
    minMs: milliseconds,
    runs: v.pipe(count, v.minValue(1)),
    ratio: v.record(text, v.pipe(v.number(), v.finite())),
  }),
  v.check(({ minMs, medianMs, p90Ms }) => minMs <= medianMs && medianMs <= p90Ms, 'minMs <= medianMs <= p90Ms'),
);

const report = v.object({
  date: v.pipe(v.string(), v.isoTimestamp()),
  commit: text,
  machine: v.object({ cpu: text, cores: count, memoryGiB: milliseconds, os: text, gpu: text }),
  browser: text,
  rows: list(row),
  parts: list(
    v.object({
      ...candidate,
      shape: text,
      batch: count,
      length: count,
      threads: count,
      part: text,
      medianMs: milliseconds,
    }),
  ),
  agreement: list(v.object({ ...candidate, shape: text, maxAbsDiff: v.number(), cosine: v.number() })),
  skipped: list(v.object({ what: text, why: text })),
});

/**
 * Checks a result file.
 *
 * @param json parsed from the file
 * @throws InvalidArgumentError that names the first error and its place
 */
export function parseReport(json: unknown): Report {
  const parsed = v.safeParse(report, json, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new InvalidArgumentError({
    problem: `This is not a result file of the bench: ${issue.message} at ${v.getDotPath(issue) ?? 'its top'}`,
    expected: 'Expected what the page downloads, or what `albert bench --json` writes',
    remedy: 'Download the results again, and do not edit them',
  });
}
