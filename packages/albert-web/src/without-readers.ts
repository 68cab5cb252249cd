/** Replaces rarely used readers in the service worker build, to keep its one file within its size budget. */
import { ConvertError } from '@albert-web/checkpoints';

const absent = (what: string) => (): never => {
  throw new ConvertError({
    problem: `${what} cannot be read in the service worker build`,
    remedy: 'Convert the model first with `npx albert convert`, or load it in a page',
  });
};

export const readKeras = absent('A Keras file');
export const readFlax = absent('A Flax file');
export const convertTensorflow = absent('A TensorFlow checkpoint');
export const readTfjs = absent('A TensorFlow.js model');
export const mergeAdapter = absent('A LoRA adapter');
export const openArchive = absent('An archive');
