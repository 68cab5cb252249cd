/** `eval_results.txt` as `run_squad_v1.py` and `run_squad_v2.py` write it; `run_classifier.py` has another layout. */
import type { Evaluation, Metrics } from '@albert-web/training';
import { linesOf } from '../training/results.ts';

/** A block for each evaluated checkpoint. @param key the metric that says which is best. */
export function squadResults(evaluations: readonly Evaluation[], key: string): string {
  let best = -1;
  const blocks = evaluations.map(({ step, metrics, best: better }) => {
    if (better) best = metrics[key] ?? best;
    const saved = better ? `saved checkpoint-${step} to checkpoint-best\n` : '';
    return `${linesOf(metrics)}${saved}best ${key} = ${best}\n${'='.repeat(50)}\n`;
  });
  return blocks.join('');
}

/** What follows the blocks: the scores of the best checkpoint. @param step of that checkpoint; 0 if nothing was trained. */
export function finalSquadResults(metrics: Metrics, step: number): string {
  return `${linesOf(metrics)}best perf happened at step: ${step}\n`;
}
