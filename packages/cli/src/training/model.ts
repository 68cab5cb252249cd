/** Opens a model for training. */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AlbertModel, readConfig, startTfjsWasm, type AlbertConfig, type Head } from '@albert-web/core';
import { InvalidArgumentError, messageOf } from '@albert-web/errors';
import { allowRelaxedSimd } from '@albert-web/kernels/allow-relaxed-simd';
import { loadTokenizer, readTokenizer, readTokenizerFiles, type Tokenizer } from '@albert-web/tokenizer';
import { openEncoder, withInitialWeights, type TrainedEncoder } from '@albert-web/training';
import {
  findEncoder,
  isGoogleConfig,
  openModel,
  optionalFiles,
  readGoogleConfig,
  checkNotStandIn,
  tokenTypesOf,
  weightReader,
  type Checkpoint,
  type ModelFiles,
} from '@albert-web/checkpoints';
import * as tf from '@tensorflow/tfjs-core';
import { openSource as openLocation } from '../models/open-source.ts';
import { text, type FlagValues } from './flags.ts';
import { decodeText } from './read-text.ts';

/** The flags that select the model. */
export const modelFlags = {
  albert_hub_module_handle: text('start from this model: a folder, a URL or a Hub id'),
  albert_config_file: text('albert_config.json or config.json, for random weights or those of --init_checkpoint'),
  init_checkpoint: text('weights to start from: a model, a .safetensors file or a TensorFlow checkpoint'),
  spm_model_file: text('SentencePiece model; from_tf_hub uses the one of the model', 'from_tf_hub'),
  vocab_file: text('WordPiece vocabulary, for the Chinese models'),
} as const;

/** The parts of a model that training needs: configuration, weights, tokenizer, and the tokenizer's files to copy. */
export interface ModelSource {
  readonly config: AlbertConfig;
  /** Undefined if all weights are initialized randomly. */
  readonly checkpoint: Checkpoint | undefined;
  readonly tokenizer: Tokenizer;
  readonly tokenizerFiles: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

type ModelFlagValues = FlagValues<typeof modelFlags>;

/** Opens the selected model. @throws InvalidArgumentError if the flags select none, and what reading a model throws */
export async function openSource(flags: ModelFlagValues, lowerCase = true): Promise<ModelSource> {
  const handle = flags.albert_hub_module_handle;
  if (!handle && !flags.albert_config_file) {
    throw new InvalidArgumentError({
      problem: 'No model is given',
      remedy: 'Pass --albert_hub_module_handle=MODEL, or --albert_config_file=… with --init_checkpoint=…',
    });
  }
  const given = handle ? undefined : await readConfigFile(flags.albert_config_file ?? '');
  const model = await openWeights(handle ?? flags.init_checkpoint, given);
  const config = readConfig(given ?? model?.config);
  return {
    config,
    checkpoint: model?.checkpoint,
    ...(await openTokenizer(flags, lowerCase, { files: model?.files, config })),
  };
}

/** Hugging Face's file name for the configuration. */
const configFile = 'config.json';

/** A parsed configuration. */
type ConfigFile = Readonly<Record<string, unknown>>;

/**
 * Opens the weights to start from.
 *
 * @param given the configuration, if a flag names its file
 */
async function openWeights(
  location: string | undefined,
  given: ConfigFile | undefined,
): Promise<TrainedEncoder | undefined> {
  if (!location) return undefined;
  const { files, weights } = await openLocation(location);
  return openEncoder(files, { weights, config: given });
}

/** Checks the maximum length. @throws InvalidArgumentError if it exceeds the model's positions, as in the original */
export function checkSequenceLength({ max_position_embeddings: most }: AlbertConfig, length: number): void {
  if (length <= most) return;
  throw new InvalidArgumentError({
    problem: `--max_seq_length is ${length}`,
    expected: `The model has ${most} positions`,
    remedy: `Use --max_seq_length=${most} or less`,
  });
}

/** Starts a tfjs backend and loads the model on it, with random values for missing weights. */
export async function startModel(
  backend: 'wasm' | 'cpu',
  config: AlbertConfig,
  head: Head,
  checkpoint: Checkpoint | undefined,
  seed: number,
): Promise<AlbertModel> {
  await import('@tensorflow/tfjs-backend-cpu');
  if (backend === 'wasm') {
    // Relaxed SIMD's fused multiply-add halves the time of a training step.
    allowRelaxedSimd();
    await startTfjsWasm();
  } else {
    await tf.setBackend(backend);
  }
  const reader = checkpoint && weightReader(checkpoint);
  return AlbertModel.load(config, withInitialWeights(config, head, reader, seed), head);
}

/** What {@link openTokenizer} needs of a model. */
interface TokenizedModel {
  readonly files?: ModelFiles | undefined;
  readonly config?: { readonly type_vocab_size?: unknown } | undefined;
}

/** Opens the selected tokenizer and its files. @param model the model for `from_tf_hub`; default: the handle */
export async function openTokenizer(
  flags: Pick<ModelFlagValues, 'spm_model_file' | 'vocab_file' | 'albert_hub_module_handle'>,
  lowerCase: boolean,
  model?: TokenizedModel,
): Promise<Pick<ModelSource, 'tokenizer' | 'tokenizerFiles'>> {
  const { spm_model_file: spiece, vocab_file: vocabulary, albert_hub_module_handle: handle } = flags;
  const { files, config }: TokenizedModel = model ?? (handle ? await findEncoder(await openModel(handle)) : {});
  const options = { tokenTypeIds: tokenTypesOf(config) };
  // With a SentencePiece model, the original ignores the vocabulary.
  const own =
    spiece !== 'from_tf_hub' ? { 'spiece.model': spiece } : vocabulary ? { 'vocab.txt': vocabulary } : undefined;
  if (!own) {
    if (files) {
      const optional = optionalFiles(files);
      return { tokenizer: await readTokenizer(optional, options), tokenizerFiles: await readTokenizerFiles(optional) };
    }
    throw new InvalidArgumentError({
      problem: '--spm_model_file is from_tf_hub, but there is no model to take it from',
      remedy: 'Pass --spm_model_file=…/spiece.model',
    });
  }
  const settings = { do_lower_case: lowerCase, tokenizer_class: 'AlbertTokenizer' };
  const [[name, path] = ['', '']] = Object.entries(own);
  const bytes = await readBytes(path);
  const tokenizer = loadTokenizer(
    {
      ...(name === 'spiece.model' ? { 'spiece.model': bytes } : { 'vocab.txt': decodeText(bytes, path) }),
      'tokenizer_config.json': settings,
    },
    options,
  );
  const json = new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`);
  return {
    tokenizer,
    tokenizerFiles: new Map([
      [name, bytes],
      ['tokenizer_config.json', json],
    ]),
  };
}

/** Reads a configuration file. Like the flag, it is the original's, unless it has Hugging Face's fields. */
async function readConfigFile(path: string): Promise<ConfigFile> {
  let json: unknown;
  try {
    json = JSON.parse(decodeText(await readBytes(path), path));
  } catch (error) {
    throw unreadable(path, `is not readable JSON: ${messageOf(error)}`, error);
  }
  if (basename(path) !== configFile || isGoogleConfig(json)) return readGoogleConfig(json);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as ConfigFile;
  throw unreadable(path, 'is not a JSON object');
}

function unreadable(path: string, problem: string, cause?: unknown): InvalidArgumentError {
  return new InvalidArgumentError({ problem: `${path} ${problem}`, remedy: 'Check the path' }, { cause });
}

/** Reads a file. @throws InvalidArgumentError if it cannot be read; StandInError if it is a Git LFS pointer */
async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    throw new InvalidArgumentError(
      { problem: `${path} cannot be read: ${messageOf(error)}`, remedy: 'Check the path' },
      { cause: error },
    );
  }
  checkNotStandIn(basename(path), dirname(path), bytes);
  return bytes;
}
