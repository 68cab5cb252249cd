import { readConfig } from '@albert-web/core';
import type { Checkpoint } from './checkpoint.ts';
import type { ConvertedModel } from './converted.ts';
import { findEncoder, type EncoderFiles } from './encoder-files.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';
import { fitModel } from './fit.ts';
import { findCheckpoint, type LoadOptions } from './load.ts';
import { convertOnnx } from './onnx/read.ts';
import { missingWeights } from './other-formats.ts';
import { convertTensorflow } from './tensorflow/convert.ts';
import { findBundle } from './tensorflow/find-bundle.ts';
import { readTfjs } from './tfjs/read.ts';

/** How a model is read. */
export interface ImportOptions extends Omit<LoadOptions, 'folder'> {
  /** One of several TensorFlow checkpoints in the folder, such as `model.ckpt-1000`. */
  readonly prefix?: string | undefined;
}

type Reader = (files: ModelFiles, options: Pick<ReadOptions, 'signal'>) => Promise<Checkpoint>;

/** Formats that are looked for after Hugging Face's own, with a `config.json` beside them, by the file that tells. */
const formats: readonly { readonly file: string; readonly read: Reader }[] = [
  { file: 'model.json', read: readTfjs },
  { file: 'model.onnx', read: async (files, options) => (await convertOnnx(files, options)).checkpoint },
];

/**
 * Reads a model of whatever tool: safetensors or `pytorch_model.bin` of Hugging Face, a TensorFlow V1 checkpoint of the
 * original release; a TensorFlow.js manifest, or an ONNX model of this project, beside a `config.json`. Every road into
 * this runtime is this one, so that a model is the same on all of them. What comes out fits its configuration and loads.
 *
 * @throws MissingFileError when the folder holds none of these; UnknownTensorError, ConvertError, MissingTensorError,
 * TensorShapeError and ConfigError when its parts do not fit; what reading that kind throws.
 */
export async function importModel(
  files: ModelFiles,
  options: ImportOptions = {},
): Promise<ConvertedModel & { readonly files: ModelFiles }> {
  const encoder = options.prefix === undefined ? await findEncoder(files, options) : { files, config: undefined };
  return { ...(await importEncoder(encoder, options)), files: encoder.files };
}

/** The same for an encoder that has been found. */
export async function importEncoder(
  { files, config }: EncoderFiles,
  options: ImportOptions = {},
): Promise<ConvertedModel> {
  const { signal } = options;
  if (config) {
    // What is no ALBERT is refused before its weights are fetched.
    readConfig(config);
    const checkpoint = await findCheckpoint(files, options);
    if (checkpoint) return fitModel(config, checkpoint, files.location);
    for (const { file, read } of formats) {
      if (await files.has(file, { signal })) return fitModel(config, await read(files, { signal }), file);
    }
  }
  const prefix = await findBundle(files, options);
  if (prefix === undefined) throw await missingWeights(files, { signal });
  const converted = await convertTensorflow(files, { signal, prefix });
  const { skipped, ...fitted } = fitModel(converted.config, converted.checkpoint, `${prefix}.index`);
  return { ...fitted, skipped: [...converted.skipped, ...skipped] };
}
