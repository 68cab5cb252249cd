/** Rejects the tasks that a model cannot do. */
import { isMultiLabel, labelNames, tasks, type ModelFacts, type TaskName } from '@albert-web/core/spec';
import { UnsupportedTaskError } from '../errors.ts';
import type { Session } from './session.ts';

/** Returns what the specification needs to know about a loaded model. @throws DisposedError */
export function factsOf(session: Session): ModelFacts {
  session.assertUsable();
  const { config, head, inference } = session;
  return { config, head, sentenceEncoder: inference.sentence !== undefined };
}

/** @throws UnsupportedTaskError for a task that the model's head, or the names of its classes, do not support */
export function requireTask(facts: ModelFacts, task: TaskName): void {
  const { does, needs, can } = tasks[task];
  if (!can(facts)) throw new UnsupportedTaskError(does, describe(facts), needs);
}

function describe({ config, head, sentenceEncoder }: ModelFacts): string {
  if (sentenceEncoder) return 'a sentence encoder';
  if (head === 'sequence_classification') {
    const kind = isMultiLabel(config) ? 'a multi-label classifier' : 'a classifier';
    return `${kind} of ${labelNames(config).join(', ')}`;
  }
  return `an ALBERT with the head ${head}`;
}
