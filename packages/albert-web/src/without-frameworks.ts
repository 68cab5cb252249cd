/** Replaces the readers of Keras's and Flax's files in the service worker build, which their libraries would make a tenth larger. */
import { ConvertError, type Checkpoint } from '@albert-web/checkpoints';

function absent(_: Uint8Array, file = 'The weights file'): Checkpoint {
  throw new ConvertError({
    problem: `${file} cannot be read in the service worker build`,
    remedy: 'Convert the model first with `npx albert convert`, or load it in a page',
  });
}

export const readKeras = absent;
export const readFlax = absent;
