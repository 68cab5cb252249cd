/**
 * Fine-tuning in a page: turns a table into examples, and trains a classifier on them in a worker.
 *
 * ```ts
 * const table = readTable(csv); // from 'albert-web/training'
 * const examples = examplesOf(table, guessColumns(table), labels);
 * const session = new Session();
 * session.subscribe(({ phase, losses, evaluations }) => console.log(phase, losses.at(-1), evaluations.at(-1)?.accuracy));
 * await session.start({ ...split(examples, 0.1, seed), labels, settings, backends: ['wasm', 'cpu'] });
 * const files = await session.save('q8');
 * ```
 *
 * @packageDocumentation
 */
export type { Table } from '../data/table.ts';
export { guessColumns, isColumnName, labelColumn, textColumns, type Columns } from './columns.ts';
export { checkLabelCount, countLabels, examplesOf, split, type LabeledExample, type Split } from './dataset.ts';
export { modelCard } from './model-card.ts';
export { planSteps, defaultLearningRate, type Settings, type Steps } from './plan.ts';
export type { HeldOutResult, Prediction, SavedFile, SavedPrecision, TrainingEvent, TrainingJob } from './protocol.ts';
export { bestResult, Session, type Phase, type RunState } from './session.ts';
export type { TrainingDataReason } from '../errors.ts';
export type { TrainingBackend } from '@albert-web/core/spec';
