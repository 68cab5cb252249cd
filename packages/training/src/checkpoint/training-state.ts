/**
 * What a run must keep, beside the model, to go on as if nothing had happened: the optimizer's moments and the number of
 * steps done. Data order and dropout are functions of seed and step, so no random state is kept.
 */
import * as tf from '@tensorflow/tfjs-core';
import { parseSafetensors, weightReader, writeSafetensors, type StoredTensor } from '@albert-web/checkpoints';
import { ResumeError } from '../errors.ts';
import type { Trainer } from '../trainer.ts';
import { bytesOf, type FolderFiles } from './model-files.ts';

const momentsFile = 'optimizer.safetensors';
const stateFile = 'trainer_state.json';

/** `trainer_state.json`. */
export interface TrainingState<Record = unknown> {
  /** Optimizer steps done. */
  readonly step: number;
  /** What the run's own bookkeeping keeps: evaluations, best step. */
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

/**
 * Puts a trainer, whose model was loaded from the same checkpoint, back to where it was.
 *
 * @throws ResumeError when the files are missing or belong to another model.
 */
export function restoreTrainingState<Record>(trainer: Trainer, files: FolderFiles): TrainingState<Record> {
  const moments = files.get(momentsFile);
  const text = files.get(stateFile);
  if (!moments || !text) {
    throw new ResumeError({
      problem: `The checkpoint has no ${moments ? stateFile : momentsFile}`,
      remedy: 'Resume from a checkpoint that this trainer wrote, or start a new run from the model alone',
    });
  }
  const reader = weightReader(parseSafetensors(moments, momentsFile));
  for (const [name, moment] of trainer.optimizer.moments) {
    if (String(reader.shape(name)) !== String(moment.shape)) {
      throw new ResumeError({
        problem: `The checkpoint has ${name} in shape [${String(reader.shape(name) ?? 'none')}]`,
        expected: `This model asks for [${String(moment.shape)}]`,
        remedy: 'Resume with the model and the frozen parts the run was started with',
      });
    }
    tf.tidy(() => moment.assign(tf.tensor(reader.float32(name), moment.shape)));
  }
  const state = JSON.parse(new TextDecoder().decode(text)) as TrainingState<Record>;
  trainer.step = state.step;
  return state;
}
