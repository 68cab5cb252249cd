/**
 * Training: optimizers, the trainer, data formats and metrics of GLUE, SQuAD and RACE, pretraining data.
 *
 * @packageDocumentation
 */
export {
  DivergedError,
  ResumeError,
  TrainingCrashError,
  TrainingDataError,
  type TrainingDataReason,
} from './errors.ts';
export { Trainer, type Freeze, type StepReport, type TrainerOptions } from './trainer.ts';
export { bestOf, isBest, run, Snapshot, type Evaluation, type Metrics, type RunEvent, type RunPlan } from './run.ts';
export { predictorOf, type ModelPredictor, type Predictor } from './predictor.ts';
export type { Targets, TrainingBatch } from './targets.ts';
export { decays, Optimizer, type Gradients, type OptimizerName } from './optimizer/optimizer.ts';
export { adamDefaults } from './optimizer/rule.ts';
export { checkSchedule, learningRateAt, type Schedule } from './optimizer/schedule.ts';
export { withInitialWeights } from './checkpoint/initial-weights.ts';
export { openEncoder, type TrainedEncoder } from './checkpoint/open-encoder.ts';
export { withHead, withLabels } from './checkpoint/head-config.ts';
export { writeModelFiles, type FolderFiles } from './checkpoint/model-files.ts';
export {
  parseTrainingState,
  restoreTrainingState,
  writeTrainingState,
  type TrainingState,
} from './checkpoint/training-state.ts';
export { readLines, type Line, type TextChunks } from './data/lines.ts';
export {
  glueTask,
  glueTasks,
  readGlue,
  type GlueTask,
  type KeyMetric,
  type Split,
  type TextExample,
} from './data/glue.ts';
export { safeCell } from './data/safe-cell.ts';
export { readTable, type Table } from './data/table.ts';
export {
  checkTrainable,
  classifierBatch,
  classifierFeature,
  inSlices,
  padSequences,
  rowsOfStep,
  type ClassifierFeature,
  type Sequence,
} from './data/features.ts';
export { classifierMetrics, meanCrossEntropy, predictChoices, predictClassifier, predictSpans } from './evaluate.ts';
export { argMax } from './metrics/arg-max.ts';
export { accuracy, f1, matthewsCorrelation } from './metrics/classification.ts';
export { pearson, spearman } from './metrics/correlation.ts';
export { deriveKey, permutation, RandomStream } from './random.ts';
export {
  isScorable,
  readSquad,
  trainableSquad,
  type AnswerSpan,
  type SquadData,
  type SquadExample,
} from './squad/examples.ts';
export {
  squadBatch,
  squadFeatures,
  type SquadFeature,
  type SquadLengths,
  type SquadTrainingFeature,
} from './squad/features.ts';
export {
  bestNullThreshold,
  exactMatch,
  normalizeAnswer,
  squad2Metrics,
  squadMetrics,
  wordF1,
  type Squad2Predictions,
} from './squad/metrics.ts';
export {
  answerQuestions,
  withNullThreshold,
  type AnswerOptions,
  type RankedAnswer,
  type SpanLogits,
  type SquadAnswers,
} from './squad/predictions.ts';
export { raceBatch, raceFeature, readRace, type RaceExample, type RaceFeature, type RaceLengths } from './race/race.ts';
export { readDocuments, wordStarts, type Document } from './pretraining/documents.ts';
export {
  createInstances,
  pretrainingBatch,
  type InstanceOptions,
  type PretrainingInstance,
} from './pretraining/instances.ts';
export {
  maskSequence,
  type MaskedSequence,
  type MaskingOptions,
  type MaskingVocabulary,
} from './pretraining/masking.ts';
export { pretrainingMetrics } from './pretraining/metrics.ts';
export { repeated, shuffled } from './pretraining/stream.ts';
export { readExample, writeExample, type RowSizes } from './records/example.ts';
export { frameRecord, readRecords } from './records/tf-record.ts';
