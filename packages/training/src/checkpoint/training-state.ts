/**
 * The state, besides the model, that a run needs to resume exactly: the optimizer's moments and the number of completed steps. Data
 * order and dropout are functions of seed and step, so there is no random state.
 */
import { messageOf } from '@albert-web/errors';
import * as v from 'valibot';
import * as tf from '@tensorflow/tfjs-core';
import { parseSafetensors, weightReader, writeSafetensors, type StoredTensor } from '@albert-web/checkpoints';
import { ResumeError } from '../errors.ts';
import type { Trainer } from '../trainer.ts';
import { bytesOf, type FolderFiles } from './model-files.ts';

const momentsFile = 'optimizer.safetensors';
const stateFile = 'trainer_state.json';

/** `trainer_state.json`. */
export interface TrainingState<Record = unknown> {
  /** Completed optimizer steps. */
  readonly step: number;
  /** The run's own record: evaluations, best step. */
  readonly record: Record;
}

/** `optimizer.safetensors` and `trainer_state.json`. */
export async function writeTrainingState(trainer: Trainer, record: unknown): Promise<FolderFiles> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, moment] of trainer.optimizer.moments) {
    const bytes = bytesOf((await moment.data()) as Float32Array);
    tensors.set(name, { name, dtype: 'F32', shape: moment.shape, bytes });
  }
  const state: TrainingState = { step: trainer.step, record };
  return new Map([
    [momentsFile, writeSafetensors({ tensors, metadata: {} })],
    [stateFile, new TextEncoder().encode(`${JSON.stringify(state, null, 2)}\n`)],
  ]);
}

const stateSchema = v.object({ step: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), record: v.unknown() });

/**
 * Reads `trainer_state.json`.
 *
 * @param record schema of the run's own record
 * @throws ResumeError when the file is damaged
 */
export function parseTrainingState<const Schema extends v.GenericSchema>(
  text: string,
  record: Schema,
): TrainingState<v.InferOutput<Schema>> {
  try {
    const state = v.parse(stateSchema, JSON.parse(text));
    return { step: state.step, record: v.parse(record, state.record) };
  } catch (error) {
    throw new ResumeError(
      {
        problem: `${stateFile} of the checkpoint is damaged: ${messageOf(error)}`,
        remedy: 'Delete this checkpoint to resume from the previous one or to start over',
      },
      { cause: error },
    );
  }
}

/**
 * Restores the state of a trainer whose model was loaded from the same checkpoint.
 *
 * @param record schema of the run's own record
 * @throws ResumeError when the files are missing, damaged, or belong to another model
 */
export function restoreTrainingState<const Schema extends v.GenericSchema>(
  trainer: Trainer,
  files: FolderFiles,
  record: Schema,
): TrainingState<v.InferOutput<Schema>> {
  const moments = files.get(momentsFile);
  const text = files.get(stateFile);
  if (!moments || !text) {
    throw new ResumeError({
      problem: `The checkpoint has no ${moments ? stateFile : momentsFile}`,
      remedy: 'Resume from a checkpoint that this trainer wrote, or start a new run from the model alone',
    });
  }
  const state = parseTrainingState(new TextDecoder().decode(text), record);
  const reader = weightReader(parseSafetensors(moments, momentsFile));
  for (const [name, moment] of trainer.optimizer.moments) {
    if (String(reader.shape(name)) !== String(moment.shape)) {
      throw new ResumeError({
        problem: `The checkpoint has ${name} in shape [${String(reader.shape(name) ?? 'none')}]`,
        expected: `This model needs [${String(moment.shape)}]`,
        remedy: 'Resume with the same model and frozen parts as at the start of the run',
      });
    }
    tf.tidy(() => moment.assign(tf.tensor(reader.float32(name), moment.shape)));
  }
  trainer.step = state.step;
  return state;
}
