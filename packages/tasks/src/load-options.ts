/** The options of `load`, and the check of them. */
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

/** Where the model runs, and how it is reached. */
export interface LoadOptions
  extends OpenOptions, Placement, Omit<InferenceOptions, keyof Placement | 'head' | 'moved' | 'encoder' | 'weights'> {
  /**
   * Told what does not go as asked: the cache cannot be used (CacheWarning), a TF-Hub handle is opened under another name
   * (TfHubWarning), no fast backend runs (CpuFallbackWarning), the model continues in f32 (PrecisionWarning), a file has fields
   * that are not known here (UnknownFieldWarning), a verdict rests on the order of classes without names
   * (UnnamedClassesWarning). Default: `console.warn`.
   */
  readonly onWarning?: OpenOptions['onWarning'];
  /** The base model of a LoRA adapter: a path, a URL or a Hub id. Default: what its `adapter_config.json` names. */
  readonly baseModel?: BaseModelOptions['baseModel'];
  /**
   * Which weights of a folder that has several, or that has them under another name, such as `epoch=3.ckpt`,
   * `onnx/model_quantized.onnx` or `model.ckpt-1000`. Default: the most exact ones. Where a server has no others, nothing else is
   * asked for.
   */
  readonly weights?: string | undefined;
  /**
   * Whether the second text of a pair has token type 1, as google-research/albert and transformers 4 have it. Transformers 5 gives
   * all tokens type 0. Default: what `model_input_names` of `tokenizer_config.json` says; without it true, or false if transformers 5
   * saved the tokenizer. Set it to true for a model that was trained before and only saved again with transformers 5.
   */
  readonly tokenTypeIds?: boolean | undefined;
  /** Whether a call that loses its GPU is repeated on a fresh device or the next backend. Default true. */
  readonly recover?: boolean | undefined;
}

/** More than any processor has that runs a browser: each is a worker with a stack of its own. */
const maxThreads = 128;

/** What `load` takes. */
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

/** @throws InvalidArgumentError for an option that `load` does not take */
export function checkLoadOptions(given: LoadOptions): void {
  checkOptions(given, loadOptions);
}
