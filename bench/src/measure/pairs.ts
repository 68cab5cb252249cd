/** Measures sentence pairs from text to verdicts, including the tokenizer: the time that a page waits for. */
import { messageOf } from '@albert-web/errors';
import { openPairs } from '../engines/albert-web-pairs.ts';
import type { EngineSettings } from '../engines/engine.ts';
import type { PairFolder, PairModel } from '../engines/transformers.ts';
import { openTfjsPairs } from '../engines/tfjs-pairs.ts';
import { openTransformers } from '../engines/transformers.ts';
import type { Candidate } from '../report/report.ts';
import { labelOf } from '../report/report.ts';
import type { Sink } from './forward.ts';
import { withRatios } from './forward.ts';
import { interleave } from './interleave.ts';
import { cosine, largestDifference, summarize } from './statistics.ts';

/** A model to measure from text. */
export interface PairsPlan extends PairFolder {
  readonly shape: string;
  readonly candidates: readonly Candidate[];
  readonly pairs: readonly (readonly [string, string])[];
  readonly batchSize: number;
  readonly threads: number;
  readonly rounds: number;
  readonly budgetMs: number;
}

/**
 * Smallest cosine of all centered logits at which two engines' times are compared (bench/README.md states it). It is lower than for
 * token ids: on a trained model with two classes, ONNX Runtime's int8, with one scale for all activations of a product, has 0.988.
 */
const minCosine = 0.98;

/** @throws TypeError for engines that accept only token ids */
function openerOfText({ engine }: Candidate): typeof openPairs {
  if (engine === 'albert-web') return openPairs;
  if (engine === 'tfjs') return openTfjsPairs;
  if (engine === 'transformers.js') return openTransformers;
  throw new TypeError(`${engine} takes token ids, not text`);
}

interface Opened {
  readonly candidate: Candidate;
  readonly model: PairModel;
}

/** Measures rows whose `batch` is the number of pairs. A candidate that fails is reported to the sink, and the others are measured. */
export async function measurePairs(
  plan: PairsPlan,
  settings: Pick<EngineSettings, 'baseUrl'>,
  sink: Sink,
): Promise<void> {
  const open: Opened[] = [];
  let reference: Float32Array | undefined;
  try {
    for (const candidate of plan.candidates) {
      const what = `pairs, ${labelOf(candidate)}`;
      sink.progress(0, 1, `loading ${what}`);
      try {
        const model = await openerOfText(candidate)(candidate, plan, plan.batchSize, {
          ...settings,
          threads: plan.threads,
        });
        const logits = centered(await model.run(plan.pairs), plan.pairs.length);
        reference ??= logits;
        const agreement = {
          ...candidate,
          shape: `${plan.shape}, from text`,
          maxAbsDiff: largestDifference(logits, reference),
          cosine: cosine(logits, reference),
        };
        sink.agreement(agreement);
        if (agreement.cosine >= minCosine) open.push({ candidate, model });
        else sink.skipped({ what, why: `its logits have a cosine of ${agreement.cosine.toFixed(4)} with ours` });
      } catch (error) {
        sink.skipped({ what, why: messageOf(error) });
      }
    }
    await time(plan, open, sink);
    sink.progress(1, 1, 'pairs done');
  } finally {
    for (const { model } of open) await model.dispose().catch(() => undefined);
  }
}

async function time(plan: PairsPlan, open: readonly Opened[], sink: Sink): Promise<void> {
  // Already warm: each ran once for the comparison.
  const runs = open.map(({ model }) => async () => {
    await model.run(plan.pairs);
  });
  const times = await interleave(runs, {
    ...plan,
    warmUp: false,
    progress: (share) => sink.progress(share, 1, `${plan.pairs.length} pairs of sentences`),
  });
  const rows = open.map(({ candidate, model }, index) => ({
    ...candidate,
    measure: 'pairs' as const,
    shape: plan.shape,
    batch: plan.pairs.length,
    length: 0,
    threads: model.threads,
    isolated: globalThis.crossOriginIsolated,
    ...summarize(times[index] ?? []),
  }));
  for (const row of withRatios(rows)) sink.row(row);
  await timeTokenizers(plan, open, sink);
}

async function timeTokenizers({ pairs, shape }: PairsPlan, open: readonly Opened[], sink: Sink): Promise<void> {
  const runs = open.map(
    ({ model }) =>
      () =>
        Promise.resolve(model.tokenize(pairs)),
  );
  const times = await interleave(runs, { rounds: 5, budgetMs: 2000 });
  open.forEach(({ candidate }, index) => {
    const { medianMs } = summarize(times[index] ?? []);
    sink.part({ ...candidate, shape, batch: pairs.length, length: 0, threads: 1, part: 'tokenizer', medianMs });
  });
}

/** Subtracts each row's mean: log-probabilities, which some engines return, differ from logits by a constant. */
export function centered(logits: Float32Array, rows: number): Float32Array {
  const width = logits.length / rows;
  return logits.map((value, index) => {
    const start = index - (index % width);
    return value - logits.subarray(start, start + width).reduce((sum, other) => sum + other, 0) / width;
  });
}
