/** Loads a model: files, tokenizer, weights, backend, executor, in as much parallel as they allow. */
import type { BackendChoice, BackendSettings, SelectOptions } from '@albert-web/backends';
import { selectBackend } from '@albert-web/backends';
import type { AlbertConfig, BackendName, EncoderExecutor, Precision } from '@albert-web/core';
import { InferenceModel, readConfig } from '@albert-web/core';
import { checkVocabulary, readTokenizer, type Tokenizer } from '@albert-web/tokenizer';
import type { Checkpoint, LoadProgress, ModelFiles, ModelLocation, OpenOptions } from '@albert-web/checkpoints';
import { headIn, importModel, keepTensors, openModel, optionalFiles, weightReader } from '@albert-web/checkpoints';
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
  const [metadata, tellMetadata] = told<Checkpoint['metadata']>();
  const [configFile, tellConfig] = told<unknown>();
  const model = importModel(files, {
    signal,
    onProgress: options.onProgress,
    onMetadata: tellMetadata,
    onConfig: tellConfig,
  });
  const storedAs = Promise.race([metadata, model.then(({ checkpoint }) => checkpoint.metadata)]).then(storedPrecision);
  // A backend that is told its precision never asks; what failed is reported by the model itself.
  storedAs.catch(() => undefined);
  const sizes = readConfig(await Promise.race([configFile, model.then(({ config }) => config)]));
  const [backend, { config: json, checkpoint }, tokenizer, calibration] = await Promise.all([
    selectBackend({ ...options, storedAs, config: sizes }),
    model,
    readTokenizer(optional),
    readCalibration(optional),
  ]);
  signal?.throwIfAborted();
  const config = readConfig(json);
  checkVocabulary(tokenizer, config.vocab_size);
  const source: Source = { files, config, tokenizer, recover: options.recover ?? true };
  const renewed = { ...options, signal: undefined, storedAs, config };
  return new Albert(new Session(await assemble(source, checkpoint, backend, renewed, signal)), calibration);
}

/** A promise and what fulfills it. */
function told<T>(): readonly [Promise<T>, (value: T) => void] {
  let tell: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (tell = resolve));
  return [promise, tell];
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
  const sentence = await loadSentenceHead(files, signal);
  let executor: EncoderExecutor | undefined;
  try {
    executor = await backend.started.createExecutor(config, weights, backend.precision);
    // The executor has packed the encoder: most of what was loaded can go.
    const kept = keepTensors(checkpoint, (name) => !/^(albert\.)?encoder\./u.test(name));
    const storedBytes = Array.from(kept.tensors.values()).reduce((sum, { bytes }) => sum + bytes.length, 0);
    const head = sentence ? 'encoder' : headIn(config, checkpoint);
    const inference = InferenceModel.load(config, weightReader(kept), executor, head);
    const maxLength = Math.min(config.max_position_embeddings, sentence?.maxLength ?? Infinity);
    const renew = async (): Promise<SessionParts> =>
      assemble(source, (await importModel(files)).checkpoint, await selectBackend(renewed), renewed);
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
