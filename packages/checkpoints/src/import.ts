import { cannotConvert } from './convert-error.ts';
import { readConfigFile, type ConvertedModel } from './converted.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';
import { loadCheckpoint } from './load.ts';
import { convertOnnx } from './onnx/read.ts';
import { convertPytorch } from './pytorch/convert.ts';
import { indexFile } from './safetensors/shard-index.ts';
import { convertTensorflow } from './tensorflow/convert.ts';
import { readTfjs } from './tfjs/read.ts';

type Options = Pick<ReadOptions, 'signal'>;

/** What a folder can hold, told by the file that only this kind has; the first that is there counts. */
const kinds: readonly {
  readonly file: string;
  readonly read: (files: ModelFiles, options: Options) => Promise<ConvertedModel>;
}[] = [
  { file: indexFile, read: readHuggingFace },
  { file: 'model.safetensors', read: readHuggingFace },
  { file: 'pytorch_model.bin', read: convertPytorch },
  { file: 'albert_config.json', read: convertTensorflow },
  { file: 'model.json', read: readTensorflowJs },
  { file: 'model.onnx', read: convertOnnx },
];

/**
 * Reads a model of whatever tool: safetensors or `pytorch_model.bin` of Hugging Face, a TensorFlow V1 checkpoint of the
 * original release; a TensorFlow.js manifest, or an ONNX model of this project, beside a `config.json`.
 *
 * @throws ConvertError when the folder holds none of these; what reading that kind throws.
 */
export async function importModel(files: ModelFiles, options: Options = {}): Promise<ConvertedModel> {
  for (const { file, read } of kinds) {
    if (await files.has(file, options)) return read(files, options);
  }
  throw cannotConvert(files.location, `has none of ${kinds.map(({ file }) => file).join(', ')}`);
}

async function readHuggingFace(files: ModelFiles, options: Options): Promise<ConvertedModel> {
  return {
    config: await readConfigFile(files, options),
    checkpoint: await loadCheckpoint(files, options),
    skipped: [],
  };
}

async function readTensorflowJs(files: ModelFiles, options: Options): Promise<ConvertedModel> {
  return { config: await readConfigFile(files, options), checkpoint: await readTfjs(files, options), skipped: [] };
}
