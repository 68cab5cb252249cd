/**
 * The formats of weights that come with a `config.json`, by their file names. Only the reader of safetensors is part of every page;
 * each other one is loaded when there is such a file.
 */
import type { Checkpoint } from './checkpoint.ts';
import { parseSafetensors } from './safetensors/parse.ts';
import { indexFile } from './safetensors/shard-index.ts';

/** A format of weights: Hugging Face's names for the index of shards and for the single file, and the reader. */
export interface WeightFiles {
  readonly index: string;
  readonly single: string;
  /** Endings of files in this format with other names. */
  readonly endings: readonly string[];
  readonly parse: (bytes: Uint8Array<ArrayBuffer>, file: string) => Checkpoint | Promise<Checkpoint>;
}

const safetensors = { endings: ['.safetensors'], parse: parseSafetensors };
/** The names in an index of this format are those in its files. */
export const pytorch = {
  endings: ['.bin', '.pt', '.pth', '.ckpt'],
  parse: async (bytes, file) => (await import('./pytorch/read.ts')).readPytorch(bytes, file),
} satisfies Pick<WeightFiles, 'endings' | 'parse'>;

/** The usual formats, in the order in which they are looked for. */
export const usualFormats: readonly WeightFiles[] = [
  { index: indexFile, single: 'model.safetensors', ...safetensors },
  { index: 'pytorch_model.bin.index.json', single: 'pytorch_model.bin', ...pytorch },
];

/** The formats in which PEFT saves an adapter. */
export const adapterFormats: readonly WeightFiles[] = [
  { index: 'adapter_model.safetensors.index.json', single: 'adapter_model.safetensors', ...safetensors },
  { index: 'adapter_model.bin.index.json', single: 'adapter_model.bin', ...pytorch },
];

/** Formats of other frameworks. */
export const frameworkFormats: readonly WeightFiles[] = [
  {
    index: 'tf_model.h5.index.json',
    single: 'tf_model.h5',
    endings: ['.h5'],
    parse: async (bytes, file) => (await import('./keras/read.ts')).readKeras(bytes, file),
  },
  {
    index: 'flax_model.msgpack.index.json',
    single: 'flax_model.msgpack',
    endings: ['.msgpack'],
    parse: async (bytes, file) => (await import('./flax/read.ts')).readFlax(bytes, file),
  },
];

/** Matches the name of an index. `save_pretrained(variant="fp16")` writes `model.safetensors.index.fp16.json`. */
const indexEnding = /\.index(?:\.[\w-]+)?\.json$/u;

/** Whether a file is an index of shards, by its name. */
export const isShardIndex = (path: string): boolean => indexEnding.test(path);

/** Returns the format of a file, or of the shards that an index lists, by the ending of its name. */
export function formatOf(path: string): WeightFiles | undefined {
  const file = path.replace(indexEnding, '');
  return [...usualFormats, ...frameworkFormats].find(({ endings }) => endings.some((ending) => file.endsWith(ending)));
}

/** Whether a path names a file of weights, or an index of shards. */
export const isWeightFile = (path: string): boolean => path.endsWith('.onnx') || formatOf(path) !== undefined;
