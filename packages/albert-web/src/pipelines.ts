/**
 * The interface of transformers.js for ALBERT: `pipeline` for six tasks, `AutoTokenizer`, `Tensor`.
 *
 * ```ts
 * import { pipeline } from 'albert-web/pipelines';
 * const classifier = await pipeline('text-classification', 'textattack/albert-base-v2-SST-2');
 * const [{ label, score }] = await classifier('I love transformers!');
 * ```
 *
 * @module albert-web/pipelines
 */
import type { ModelLocation } from '@albert-web/checkpoints';
import { load } from 'albert-web';
import {
  openPipeline,
  type Pipeline,
  type PipelineName,
  type PipelineOptions,
  type TaskNamed,
} from './pipelines/pipeline.ts';

export { AutoTokenizer } from './pipelines/auto-tokenizer.ts';
export type {
  Ids,
  PretrainedTokenizer,
  TokenizedLists,
  TokenizedTensors,
  TokenizeOptions,
} from './pipelines/auto-tokenizer.ts';
export type {
  Pipeline,
  PipelineName,
  PipelineOptions,
  ProgressInfo,
  TaskAliases,
  TaskNamed,
} from './pipelines/pipeline.ts';
export type {
  AnswerOutput,
  FeatureExtraction,
  FeatureExtractionOptions,
  FillMask,
  FillMaskOutput,
  PipelineCalls,
  PipelineTask,
  QuestionAnswering,
  TextClassification,
  TextOrPair,
  TokenClassification,
  TokenClassificationOptions,
  TokenOutput,
  ZeroShotClassification,
  ZeroShotOutput,
  ZeroShotPipelineOptions,
} from './pipelines/tasks.ts';
export { Tensor, type NestedList, type TensorData } from './pipelines/tensor.ts';

/**
 * Opens a model for a task.
 *
 * @param location as for `load`: a Hub id, or the URL of a model's folder.
 * @throws InvalidArgumentError for an unknown task or option, UnsupportedTaskError for a model that cannot do the task, and
 * what `load` throws
 */
export function pipeline<Name extends PipelineName>(
  task: Name,
  location?: ModelLocation,
  options?: PipelineOptions,
): Promise<Pipeline<TaskNamed<Name>>> {
  return openPipeline(load, task, location, options);
}
