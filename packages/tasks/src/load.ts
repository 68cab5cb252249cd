/** Loads a model: everything it runs on, and what its tasks read besides. */
import type { ModelLocation, OpenOptions } from '@albert-web/checkpoints';
import { findEncoder, openModel, optionalFiles } from '@albert-web/checkpoints';
import { checkVocabulary, readTokenizer } from '@albert-web/tokenizer';
import { Albert } from './albert.ts';
import type { InferenceOptions } from './engine/open.ts';
import { openInference } from './engine/open.ts';
import { Session, type Renew } from './engine/session.ts';
import { readCalibration } from './tasks/calibration.ts';

/** Where the model runs, and how it is reached. */
export interface LoadOptions extends OpenOptions, Omit<InferenceOptions, 'head' | 'note' | 'encoder'> {
  /** Whether a call that loses its GPU is repeated on a fresh device or the next backend. Default true. */
  readonly recover?: boolean | undefined;
}

/**
 * Loads a model from a folder (Node), a base URL, a Hub id or dropped files.
 *
 * @throws NoBackendError, ConfigError, MissingFileError, IntegrityError, MissingTensorError, TensorShapeError, and the
 * other named errors of reading a checkpoint; or the signal's reason. Nothing of the model stays allocated then.
 */
export async function load(location: ModelLocation, options: LoadOptions = {}): Promise<Albert> {
  const { signal, recover = true } = options;
  const files = await openModel(location, options);
  const encoder = await findEncoder(files, { signal });
  const opening = openInference(files, { ...options, encoder });
  try {
    const [inference, tokenizer, calibration] = await Promise.all([
      opening,
      readTokenizer(optionalFiles(encoder.files, signal)),
      readCalibration(optionalFiles(files, signal)),
    ]);
    checkVocabulary(tokenizer, inference.config.vocab_size);
    // Its weights are read anew when they are lost, from the cache as a rule.
    const again = { ...options, encoder, signal: undefined, onProgress: undefined };
    const renew: Renew = (change) => openInference(files, { ...again, ...change });
    return new Albert(new Session(tokenizer, inference, recover ? renew : undefined), calibration);
  } catch (error) {
    // What is wrong with the model itself says more than what is wrong beside it.
    const { executor } = await opening;
    executor.dispose();
    throw error;
  }
}
