/** Opens a model for inference: loads files, configuration, weights, backend and executor, in parallel where possible. */
import type { BackendChoice, BackendSettings } from '@albert-web/backends';
import { selectBackend } from '@albert-web/backends';
import type { Checkpoint, EncoderFiles, LoadProgress, ModelFiles } from '@albert-web/checkpoints';
import { findEncoder, headIn, importEncoder, ownedWeightReader } from '@albert-web/checkpoints';
import type { AlbertConfig, Head, ModelExecutor, Note, Precision, StoredFormat, WeightReader } from '@albert-web/core';
import {
  attentionScoreDeviation,
  headOf,
  modelWeights,
  readConfig,
  storedFormatNames,
  unknownConfigFields,
} from '@albert-web/core';
import type { AlbertError } from '@albert-web/errors';
import { noteOf, PrecisionWarning, type PrecisionReason } from '../errors.ts';
import type { Placement } from './device.ts';
import { fitsHalf } from './finite.ts';
import type { SentenceHead } from './sentence-head.ts';
import { loadSentenceHead } from './sentence-head.ts';

/** Where a model runs, and how. */
export interface InferenceOptions extends BackendSettings, Pick<Placement, 'backend' | 'precision'> {
  /** Default: the head that `config.json` names; `encoder` for a sentence encoder. */
  readonly head?: Head | undefined;
  /** Why the model must run in f32, whatever `precision` says. Becomes the first note. */
  readonly moved?: PrecisionWarning | undefined;
  /** The encoder's files, if the caller looks for them. A promise, because a backend starts meanwhile. */
  readonly encoder?: Promise<EncoderFiles> | undefined;
  /** Which weights to load from a folder that has several. */
  readonly weights?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Receives a PrecisionWarning if the weights do not fit the precision, and UnknownFieldWarnings for files with unknown fields. */
  readonly onWarning?: ((warning: AlbertError) => void) | undefined;
  /** In bytes. `loaded` never decreases, and `total` never changes. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** A model that is ready to run. The caller disposes its executor. */
export interface Inference {
  readonly config: AlbertConfig;
  readonly head: Head;
  readonly backend: BackendChoice;
  readonly executor: ModelExecutor;
  /** Why the model runs in f32, if that was not requested. */
  readonly moved?: PrecisionWarning | undefined;
  /** Notes on settings that could not be honored, and on files that were not used as they are. */
  readonly notes: readonly Note[];
  /** Pooling and dense layers, if the model is a sentence encoder. */
  readonly sentence: SentenceHead | undefined;
  /** Maximum sequence length in tokens, special tokens included, if settings give one in place of the tokenizer's. */
  readonly maxLength: number | undefined;
}

/**
 * Creates an executor from a model's files.
 *
 * @throws NoBackendError, ConfigError, SentenceModuleError, MissingFileError, IntegrityError, MissingTensorError,
 * TensorShapeError, and the other named errors of reading a checkpoint; or the signal's reason. If it throws, nothing stays
 * allocated.
 */
export async function openInference(files: ModelFiles, options: InferenceOptions = {}): Promise<Inference> {
  const { signal, moved } = options;
  const precision = moved ? 'f32' : options.precision;
  const [metadata, resolveMetadata] = withResolver<Checkpoint['metadata']>();
  const reading = readFiles(files, options, resolveMetadata);
  const whole = reading.then(({ model }) => model);
  const storedAs = Promise.race([metadata, whole.then(({ checkpoint }) => checkpoint.metadata)]).then(storedFormat);
  const expected = reading.then(({ config, head }) => ({ config, head }));
  const [backend, { encoder, sentence }, { config: json, checkpoint, notes: read = [] }] = await Promise.all([
    selectBackend({ ...options, precision, storedAs, model: expected }),
    reading,
    whole,
  ]);
  signal?.throwIfAborted();
  const config = readConfig(json);
  const unknown = unknownConfigFields(json);
  if (unknown) options.onWarning?.(unknown);
  const head = options.head ?? (sentence ? 'encoder' : headIn(config, checkpoint));
  const needed = modelWeights(config, head).map(({ name }) => name);
  const weights = ownedWeightReader(checkpoint, needed);
  const why = whyNot(backend.precision, needed, config, weights);
  if (why !== undefined) {
    const warning = new PrecisionWarning(backend.precision, why);
    options.onWarning?.(warning);
    return openInference(files, { ...options, moved: warning, onWarning: undefined });
  }
  const executor = await backend.started.createExecutor({ config, head, weights, precision: backend.precision });
  const maxLength = sentence?.maxLength ?? encoder.maxLength;
  const notes = [...(moved ? [noteOf(moved)] : []), ...read, ...(executor.notes ?? [])];
  return { config, head, backend, executor, moved, notes, sentence, maxLength };
}

/** A model's files, while its weights are loading. */
interface Reading {
  readonly encoder: EncoderFiles;
  readonly sentence: SentenceHead | undefined;
  /** The configuration as far as it is known before the weights. */
  readonly config: AlbertConfig;
  /** The head that the configuration names. */
  readonly head: Head;
  readonly model: ReturnType<typeof importEncoder>;
}

/** Reads all files in parallel where possible. @throws what `openInference` throws for files */
async function readFiles(
  files: ModelFiles,
  options: InferenceOptions,
  onMetadata: (metadata: Checkpoint['metadata']) => void,
): Promise<Reading> {
  const { signal, weights, onProgress, onWarning } = options;
  const encoder = await (options.encoder ?? findEncoder(files, { signal }));
  const modules = loadSentenceHead(files, encoder, { signal, onWarning });
  const model = importEncoder(encoder, { signal, weights, onProgress, onMetadata });
  // Errors are reported where the promise is awaited.
  for (const work of [modules, model]) work.catch(() => undefined);
  const config = readConfig(encoder.config ?? (await model).config);
  const sentence = await modules;
  sentence?.checkWidths(config.hidden_size);
  const head = options.head ?? (sentence ? 'encoder' : headOf(config));
  return { encoder, sentence, config, head, model };
}

/**
 * Attention scores further apart than this are too much for f16 and q8: in q8, rounding them changes what a query attends
 * to, and outputs are off by several percent. In trained models, scores differ by a few units.
 */
const mostScoreDeviation = 50;

/** Returns why a model cannot run in this precision, or undefined if it can. */
function whyNot(
  precision: Precision,
  names: readonly string[],
  config: AlbertConfig,
  weights: WeightReader,
): PrecisionReason['code'] | undefined {
  if (precision === 'f32') return undefined;
  if (precision === 'f16' && !names.every((name) => fitsHalf(weights.float32(name)))) return 'weights-overflow';
  return attentionScoreDeviation(config, weights) > mostScoreDeviation ? 'scores-too-far-apart' : undefined;
}

/** Returns a promise and the function that resolves it. */
function withResolver<T>(): readonly [Promise<T>, (value: T) => void] {
  let resolver: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (resolver = resolve));
  return [promise, resolver];
}

/** Returns how most weights are stored: f32 if they were not quantized, or not by this project. */
function storedFormat({ quantization }: Checkpoint['metadata']): StoredFormat {
  return storedFormatNames.find((name) => name === quantization) ?? 'f32';
}
