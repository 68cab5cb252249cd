/** What a run says of its evaluations, in the original's files. */
import { join } from 'node:path';
import {
  bestOf,
  isBest,
  parseTrainingState,
  type Evaluation,
  type Metrics,
  type Predictor,
} from '@albert-web/training';
import * as v from 'valibot';
import { withBestModel, type ModelOfRun } from './best-model.ts';
import type { RunFolder } from './run/folder.ts';

/** What a checkpoint keeps of its run besides model and moments. NaN is no JSON: a metric without a value is `null` there. */
export const runRecord = v.object({
  evaluations: v.array(
    v.object({
      step: v.pipe(v.number(), v.integer()),
      metrics: v.record(
        v.string(),
        v.pipe(
          v.nullable(v.number()),
          v.transform((value) => value ?? NaN),
        ),
      ),
      best: v.boolean(),
    }),
  ),
});
export type RunRecord = { readonly evaluations: readonly Evaluation[] };

/**
 * Evaluates the best model, prints its metrics, and puts them among those of the training.
 *
 * @throws InvalidArgumentError when there is neither a trained model nor one to start from.
 */
export async function evaluateBest(
  run: ModelOfRun,
  folder: RunFolder,
  key: string,
  evaluate: (predictor: Predictor) => Promise<Metrics>,
): Promise<void> {
  const metrics = await withBestModel(run, folder, evaluate);
  process.stdout.write(linesOf(metrics));
  const { evaluations, bestStep } = await historyOf(folder);
  await writeResults(folder, withEvaluation(evaluations, bestStep, metrics, key), key);
}

/** The evaluations of a folder's training so far, and the step of its best model: 0 when nothing was trained. */
export async function historyOf(
  folder: RunFolder,
): Promise<{ readonly evaluations: readonly Evaluation[]; readonly bestStep: number }> {
  const last = (await folder.checkpoints()).at(-1);
  const evaluations = last === undefined ? [] : await evaluationsOf(folder, last);
  return { evaluations, bestStep: bestOf(evaluations)?.step ?? last ?? 0 };
}

async function evaluationsOf(folder: RunFolder, step: number): Promise<readonly Evaluation[]> {
  const text = await folder.readText(join(`checkpoint-${step}`, 'trainer_state.json'));
  return text === undefined ? [] : parseTrainingState(text, runRecord).record.evaluations;
}

/** In the place of the one of the same step. */
function withEvaluation(
  earlier: readonly Evaluation[],
  step: number,
  metrics: Metrics,
  key: string,
): readonly Evaluation[] {
  const others = earlier.filter((evaluation) => evaluation.step !== step);
  const inOrder = [...others, { step, metrics, best: false }].sort((a, b) => a.step - b.step);
  return inOrder.map(({ step, metrics }, index) => ({
    step,
    metrics,
    best: isBest(metrics, inOrder.slice(0, index), key),
  }));
}

/**
 * Writes `eval_results.txt` and `best_trial.txt`.
 *
 * @param key the metric that says which is best. @param format of `eval_results.txt`.
 */
export async function writeResults(
  folder: RunFolder,
  evaluations: readonly Evaluation[],
  key: string,
  format: ResultsFormat = evalResults,
): Promise<void> {
  await folder.writeText('eval_results.txt', format(evaluations, key));
  await folder.writeText('best_trial.txt', bestTrial(evaluations, key));
}

/** What `eval_results.txt` says of evaluations. */
export type ResultsFormat = (evaluations: readonly Evaluation[], key: string) => string;

/** The original's `eval_results.txt`: a block for each evaluated checkpoint, `best` as it was before it. */
export function evalResults(evaluations: readonly Evaluation[], key: string): string {
  let best = -1;
  const blocks = evaluations.map(({ step, metrics, best: better }) => {
    const block = `${linesOf({ ...metrics, global_step: step })}best = ${best}\n${'='.repeat(50)}\n`;
    if (better) best = metrics[key] ?? best;
    return block;
  });
  return blocks.join('');
}

/** Metrics for people and scripts, one a line, by name as the original has them. */
export function linesOf(metrics: Metrics): string {
  const names = Object.keys(metrics).sort();
  return names.map((name) => `${name} = ${metrics[name] ?? NaN}\n`).join('');
}

/** The original's `best_trial.txt`: `last step:best step:best value`. */
export function bestTrial(evaluations: readonly Evaluation[], key: string): string {
  const best = bestOf(evaluations);
  return `${evaluations.at(-1)?.step ?? -1}:${best?.step ?? -1}:${best?.metrics[key] ?? -1}`;
}
