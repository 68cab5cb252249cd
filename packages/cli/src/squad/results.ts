/** Formats `eval_results.txt` as in `run_squad_v1.py` and `run_squad_v2.py`, which differs from `run_classifier.py`. */
import type { Evaluation, Metrics } from '@albert-web/training';
import { linesOf } from '../training/results.ts';

/** Formats a block for each evaluated checkpoint. @param key the metric that determines the best one */
export function squadResults(evaluations: readonly Evaluation[], key: string): string {
  let best = -1;
  const blocks = evaluations.map(({ step, metrics, best: better }) => {
    if (better) best = metrics[key] ?? best;
    const saved = better ? `saved checkpoint-${step} to checkpoint-best\n` : '';
    return `${linesOf(metrics)}${saved}best ${key} = ${best}\n${'='.repeat(50)}\n`;
  });
  return blocks.join('');
}

/** Formats the scores of the best checkpoint, which follow the blocks. @param step its step; 0 if nothing was trained */
export function finalSquadResults(metrics: Metrics, step: number): string {
  return `${linesOf(metrics)}best perf happened at step: ${step}\n`;
}
