/** Loads a model: files, tokenizer, weights, backend, executor, in as much parallel as they allow. */
import type { BackendChoice, BackendSettings, SelectOptions } from '@albert-web/backends';
import { selectBackend } from '@albert-web/backends';
import type { AlbertConfig, BackendName, EncoderExecutor, Precision } from '@albert-web/core';
import { checkWeights, encoderWeights, headOf, InferenceModel, readConfig } from '@albert-web/core';
import { readTokenizer, type Tokenizer } from '@albert-web/tokenizer';
import type { Checkpoint, LoadProgress, ModelFiles, ModelLocation, OpenOptions } from '@albert-web/checkpoints';
import { keepTensors, loadCheckpoint, openModel, optionalFiles, weightReader } from '@albert-web/checkpoints';
import { Albert } from './albert.ts';
import { readCalibration } from './tasks/calibration.ts';
import { loadSentenceHead } from './engine/sentence-head.ts';
import type { SessionParts } from './engine/session.ts';
import { Session } from './engine/session.ts';

/** Where the model runs, and how it is reached. */
export interface LoadOptions extends OpenOptions, BackendSettings {
  /** One backend, or several in order of preference. Default `auto`: the fastest that works. */
  readonly backend?: BackendName | readonly BackendName[] | 'auto' | undefined;
  /** Arithmetic of the encoder. Default `auto`. */
  readonly precision?: Precision | 'auto' | undefined;
  /** Whether a call that loses its GPU is repeated on a fresh device or the next backend. Default true. */
  readonly recover?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `loaded` never falls, `total` never changes, both in bytes. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Loads a model from a folder (Node), a base URL, a Hub id or dropped files.
 *
 * @throws NoBackendError, ConfigError, MissingFileError, IntegrityError, MissingTensorError, TensorShapeError, and the
 * other named errors of reading a checkpoint; or the signal's reason. Nothing of the model stays allocated then.
 */
export async function load(location: ModelLocation, options: LoadOptions = {}): Promise<Albert> {
  const { signal } = options;
  const files = await openModel(location, options);
  const optional = optionalFiles(files, signal);
  const config = readConfig(await files.readJson('config.json', { signal }));
  let tellMetadata: (metadata: Checkpoint['metadata']) => void = () => undefined;
  const metadata = new Promise<Checkpoint['metadata']>((resolve) => (tellMetadata = resolve));
  const checkpoint = loadCheckpoint(files, { signal, onProgress: options.onProgress, onMetadata: tellMetadata });
  const storedAs = Promise.race([metadata, checkpoint.then((loaded) => loaded.metadata)]).then(storedPrecision);
  // A backend that is told its precision never asks; what failed is reported by the checkpoint itself.
  storedAs.catch(() => undefined);
  const [backend, loaded, tokenizer, calibration] = await Promise.all([
    selectBackend({ ...options, storedAs, config }),
    checkpoint,
    readTokenizer(optional),
    readCalibration(optional),
  ]);
  signal?.throwIfAborted();
  const source: Source = { files, config, tokenizer, recover: options.recover ?? true };
  const renewed = { ...options, signal: undefined, storedAs, config };
  return new Albert(new Session(await assemble(source, loaded, backend, renewed, signal)), calibration);
}

/** What stays of a model's files: enough to make it again. Its weights are read anew then, from the cache as a rule. */
interface Source {
  readonly files: ModelFiles;
  readonly config: AlbertConfig;
  readonly tokenizer: Tokenizer;
  readonly recover: boolean;
}

async function assemble(
  source: Source,
  checkpoint: Checkpoint,
  backend: BackendChoice,
  renewed: SelectOptions,
  signal?: AbortSignal,
): Promise<SessionParts> {
  const { files, config, tokenizer, recover } = source;
  const weights = weightReader(checkpoint);
  checkWeights(encoderWeights(config), weights);
  const sentence = await loadSentenceHead(files, signal);
  let executor: EncoderExecutor | undefined;
  try {
    executor = await backend.started.createExecutor(config, weights, backend.precision);
    // The executor has packed the encoder: most of what was loaded can go.
    const kept = keepTensors(checkpoint, (name) => !/^(albert\.)?encoder\./u.test(name));
    const storedBytes = Array.from(kept.tensors.values()).reduce((sum, { bytes }) => sum + bytes.length, 0);
    const inference = InferenceModel.load(config, weightReader(kept), executor, sentence ? 'encoder' : headOf(config));
    const maxLength = Math.min(config.max_position_embeddings, sentence?.maxLength ?? Infinity);
    const renew = async (): Promise<SessionParts> =>
      assemble(source, await loadCheckpoint(files), await selectBackend(renewed), renewed);
    const parts = { config, tokenizer, inference, backend, sentence, storedBytes, maxLength };
    return { ...parts, renew: recover ? renew : undefined };
  } catch (error) {
    executor?.dispose();
    sentence?.dispose();
    throw error;
  }
}

function storedPrecision(metadata: Checkpoint['metadata']): Precision {
  return metadata['quantization'] === 'q8' ? 'q8' : 'f32';
}
