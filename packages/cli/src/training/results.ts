/** Writes a run's evaluations to the original's files. */
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

/** Schema of a run's record in a checkpoint, besides model and moments. JSON has no NaN, so NaN is stored as `null`. */
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
 * Evaluates the best model, prints its metrics, and adds them to those of the training.
 *
 * @throws InvalidArgumentError if there is neither a trained nor an initial model
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

/** Returns the evaluations so far, and the step of the best model; 0 if nothing was trained. */
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

/** Adds an evaluation, replacing that of the same step. */
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
 * @param key the metric that determines the best evaluation
 * @param format format of `eval_results.txt`
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

/** Formats evaluations for `eval_results.txt`. */
export type ResultsFormat = (evaluations: readonly Evaluation[], key: string) => string;

/** Formats the original's `eval_results.txt`: a block for each evaluated checkpoint, with the best value before it. */
export function evalResults(evaluations: readonly Evaluation[], key: string): string {
  let best = -1;
  const blocks = evaluations.map(({ step, metrics, best: better }) => {
    const block = `${linesOf({ ...metrics, global_step: step })}best = ${best}\n${'='.repeat(50)}\n`;
    if (better) best = metrics[key] ?? best;
    return block;
  });
  return blocks.join('');
}

/** Formats metrics, one per line, sorted by name as in the original. */
export function linesOf(metrics: Metrics): string {
  const names = Object.keys(metrics).sort();
  return names.map((name) => `${name} = ${metrics[name] ?? NaN}\n`).join('');
}

/** Formats the original's `best_trial.txt`: `last step:best step:best value`. */
export function bestTrial(evaluations: readonly Evaluation[], key: string): string {
  const best = bestOf(evaluations);
  return `${evaluations.at(-1)?.step ?? -1}:${best?.step ?? -1}:${best?.metrics[key] ?? -1}`;
}
