/** The formats that weights are kept in beside a `config.json`, by the names of their files. */
import type { Checkpoint } from './checkpoint.ts';
import { readPytorch } from './pytorch/read.ts';
import { parseSafetensors } from './safetensors/parse.ts';
import { indexFile } from './safetensors/shard-index.ts';

/** What Hugging Face keeps weights in: the index of shards and the single file of a format, and their reader. */
export interface WeightFiles {
  readonly index: string;
  readonly single: string;
  /** How files of this format are called when they have names of their own. */
  readonly endings: readonly string[];
  readonly parse: (bytes: Uint8Array<ArrayBuffer>, file: string) => Checkpoint | Promise<Checkpoint>;
}

const safetensors = { endings: ['.safetensors'], parse: parseSafetensors };
const pytorch = { endings: ['.bin', '.pt', '.pth', '.ckpt'], parse: readPytorch };

/** The usual formats, in the order in which they are looked for. */
export const usualFormats: readonly WeightFiles[] = [
  { index: indexFile, single: 'model.safetensors', ...safetensors },
  { index: 'pytorch_model.bin.index.json', single: 'pytorch_model.bin', ...pytorch },
];

/** What PEFT keeps an adapter in. */
export const adapterFormats: readonly WeightFiles[] = [
  { index: 'adapter_model.safetensors.index.json', single: 'adapter_model.safetensors', ...safetensors },
  { index: 'adapter_model.bin.index.json', single: 'adapter_model.bin', ...pytorch },
];

/** Formats of other frameworks. Their readers are loaded when such a file is there. */
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

/** `save_pretrained(variant="fp16")` writes `model.safetensors.index.fp16.json`. */
const indexEnding = /\.index(?:\.[\w-]+)?\.json$/u;

/** Whether a file lists shards, by its name. */
export const isShardIndex = (path: string): boolean => indexEnding.test(path);

/** The format of a file, or of the shards that an index lists, by the ending of its name. */
export function formatOf(path: string): WeightFiles | undefined {
  const file = path.replace(indexEnding, '');
  return [...usualFormats, ...frameworkFormats].find(({ endings }) => endings.some((ending) => file.endsWith(ending)));
}

/** Whether a path names one file of weights, or the index of its shards. */
export const isWeightFile = (path: string): boolean => path.endsWith('.onnx') || formatOf(path) !== undefined;
