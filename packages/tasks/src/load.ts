/** Loads a model: files, tokenizer, weights, backend, executor, in as much parallel as they allow. */
import type { BackendChoice, BackendSettings } from '@albert-web/backends';
import { selectBackend } from '@albert-web/backends';
import type { AlbertConfig, BackendName, EncoderExecutor, Precision, WeightReader } from '@albert-web/core';
import { checkWeights, encoderWeights, headOf, InferenceModel, readConfig } from '@albert-web/core';
import type { Tokenizer } from '@albert-web/tokenizer';
import type { Checkpoint, LoadProgress, ModelFiles, ModelLocation, OpenOptions } from '@albert-web/weights';
import { loadCheckpoint, openModel, weightReader } from '@albert-web/weights';
import { Albert } from './albert.ts';
import { readCalibration } from './calibration.ts';
import { readTokenizer } from './read-tokenizer.ts';
import { loadSentenceHead } from './sentence-head.ts';
import { Session } from './session.ts';

/** Where the model runs, and how it is reached. */
export interface LoadOptions extends OpenOptions, BackendSettings {
  /** One backend, or several in order of preference. Default `auto`: the fastest that works. */
  readonly backend?: BackendName | readonly BackendName[] | 'auto' | undefined;
  /** Arithmetic of the encoder. Default `auto`. */
  readonly precision?: Precision | 'auto' | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `loaded` never falls, `total` never changes, both in bytes. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Loads a model from a folder (Node), a base URL, a Hub id or dropped files.
 *
 * @throws NoBackendError, ConfigError, MissingFileError, IntegrityError, MissingTensorError, TensorShapeError, and the
 * other named errors of reading a checkpoint; or the signal's reason. Nothing stays allocated then.
 */
export async function load(location: ModelLocation, options: LoadOptions = {}): Promise<Albert> {
  const { signal } = options;
  const files = await openModel(location, options);
  const config = readConfig(await files.readJson('config.json', { signal }));
  const checkpoint = loadCheckpoint(files, { signal, onProgress: options.onProgress });
  const storedAs = checkpoint.then(storedPrecision);
  // A backend that is told its precision never asks; what failed is reported by the checkpoint itself.
  storedAs.catch(() => undefined);
  const [backend, weights, tokenizer, calibration] = await Promise.all([
    selectBackend({ ...options, storedAs }),
    checkpoint.then(weightReader),
    readTokenizer(files, signal),
    readCalibration(files, signal),
  ]);
  signal?.throwIfAborted();
  const session = new Session(await assemble(files, config, backend, weights, tokenizer, signal));
  return new Albert(session, calibration);
}

async function assemble(
  files: ModelFiles,
  config: AlbertConfig,
  backend: BackendChoice,
  weights: WeightReader,
  tokenizer: Tokenizer,
  signal: AbortSignal | undefined,
): Promise<Session['parts']> {
  checkWeights(encoderWeights(config), weights);
  const sentence = await loadSentenceHead(files, signal);
  let executor: EncoderExecutor | undefined;
  try {
    executor = await backend.started.createExecutor(config, weights, backend.precision);
    const inference = InferenceModel.load(config, weights, executor, sentence ? 'encoder' : headOf(config));
    const maxLength = Math.min(config.max_position_embeddings, sentence?.maxLength ?? Infinity);
    return { config, tokenizer, inference, backend, sentence, maxLength };
  } catch (error) {
    executor?.dispose();
    sentence?.dispose();
    throw error;
  }
}

function storedPrecision({ metadata }: Checkpoint): Precision {
  return metadata['quantization'] === 'q8' ? 'q8' : 'f32';
}
