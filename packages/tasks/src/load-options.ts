/** The options of `load`, and their check. */
import type { BaseModelOptions, OpenOptions } from '@albert-web/checkpoints';
import { backendNames, precisionNames } from '@albert-web/core/spec';
import {
  abortSignal,
  address,
  anything,
  callback,
  checkOptions,
  finite,
  flag,
  oneOf,
  text,
  whole,
  type Rules,
} from '@albert-web/errors';
import { deviceNames, dtypeNames, type Placement } from './engine/device.ts';
import type { InferenceOptions } from './engine/open.ts';

/** Options for loading a model: where it comes from, and where and how it runs. */
export interface LoadOptions
  extends OpenOptions, Placement, Omit<InferenceOptions, keyof Placement | 'head' | 'moved' | 'encoder' | 'weights'> {
  /**
   * Receives a warning if the cache cannot be used (CacheWarning), a TF-Hub handle is opened under another name
   * (TfHubWarning), no fast backend works (CpuFallbackWarning), the model continues in f32 (PrecisionWarning), a file has
   * unknown fields (UnknownFieldWarning), a verdict relies on the order of unnamed classes (UnnamedClassesWarning), or a
   * model that is not a sentence encoder is used for search (NoSentenceEncoderWarning).
   * Default: logs the message with `console.warn`.
   */
  readonly onWarning?: OpenOptions['onWarning'];
  /** The base model of a LoRA adapter: a path, a URL or a Hub id. Default: what its `adapter_config.json` names. */
  readonly baseModel?: BaseModelOptions['baseModel'];
  /**
   * The weights to load from a folder that has several, or that has them under another name, such as `epoch=3.ckpt`,
   * `onnx/model_quantized.onnx` or `model.ckpt-1000`. Default: the most exact ones. A server is asked for no other weights.
   */
  readonly weights?: string | undefined;
  /**
   * Whether the second text of a pair has token type 1, as in google-research/albert and transformers 4. transformers 5
   * gives all tokens type 0. Default: what `model_input_names` of `tokenizer_config.json` says. Without that field, the
   * default is true, or false if transformers 5 saved the tokenizer. Set this to true for a model that was trained with an
   * older version and only saved again with transformers 5.
   */
  readonly tokenTypeIds?: boolean | undefined;
  /** Whether a call that loses its GPU is repeated on a fresh device or the next backend. Default true. */
  readonly recover?: boolean | undefined;
}

/** A limit beyond the cores of any machine that runs a browser. Each thread is a worker with its own stack. */
const maxThreads = 128;

/** The rules for the options of `load`. */
const loadOptions: Rules<Required<LoadOptions>> = {
  hubUrl: address,
  allowRemote: flag,
  localPath: address,
  revision: text,
  cache: flag,
  cacheFolder: text,
  localOnly: flag,
  onWarning: callback,
  backend: {
    expected: `"auto", ${backendNames.map((name) => `"${name}"`).join(', ')}, or a list of them`,
    accepts: (value) => {
      const names = [value].flat();
      const known = names.every((name) => backendNames.some((backend) => backend === name));
      return value === 'auto' || (names.length > 0 && known);
    },
  },
  precision: oneOf(['auto', ...precisionNames]),
  device: oneOf(deviceNames),
  dtype: oneOf(dtypeNames),
  signal: abortSignal,
  onProgress: callback,
  baseModel: address,
  weights: text,
  recover: flag,
  tokenTypeIds: flag,
  wasmFiles: anything,
  threads: whole(1, maxThreads),
  powerPreference: oneOf(['low-power', 'high-performance']),
  probeTimeout: finite(0),
};

/** @throws InvalidArgumentError for an unknown option or an invalid value */
export function checkLoadOptions(given: LoadOptions): void {
  checkOptions(given, loadOptions);
}
