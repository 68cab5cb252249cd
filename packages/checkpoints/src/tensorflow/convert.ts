import { unknownTensors, type SkippedTensor, type UnknownTensorError } from '../albert-tensors.ts';
import type { StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import { readConfigFile, type ConvertedModel } from '../converted.ts';
import { elementBytes } from '../dtype.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { transposeBytes } from '../transpose.ts';
import { readTensorBundle } from './bundle.ts';
import { findBundle } from './find-bundle.ts';
import { googleConfigFile, readGoogleConfig } from './google-config.ts';
import { foreignHeads, renameVariable, trainingVariables } from './names.ts';

/**
 * A checkpoint of google-research/albert (`albert_config.json`, `<prefix>.index`, `<prefix>.data-*`) in Hugging Face's names.
 *
 * What belongs to its training is left out and listed in `skipped`.
 *
 * @param options `prefix`: path without `.index`. Default: the checkpoint that the folder holds.
 * @throws UnknownTensorError for variables that are neither; ConvertError, MissingFileError.
 */
export async function convertTensorflow(
  files: ModelFiles,
  options: Pick<ReadOptions, 'signal'> & { readonly prefix?: string } = {},
): Promise<ConvertedModel> {
  const { signal } = options;
  const prefix = options.prefix ?? (await findBundle(files, { signal })) ?? 'model.ckpt-best';
  const skipped: SkippedTensor[] = [];
  const variables = await readTensorBundle(files, prefix, (name) => !isTraining(name, skipped), { signal });
  const unknown = variables.filter(({ name }) => !renameVariable(name)).map(({ name }) => name);
  if (unknown.length > 0) throw unknownVariables(unknown, `${prefix}.index`);
  const tensors = variables.flatMap((variable) => {
    const renamed = renameVariable(variable.name);
    return renamed ? [rename(variable, renamed.name, renamed.transposed)] : [];
  });
  if (tensors.length === 0) throw cannotConvert(`${prefix}.index`, 'holds no variable of ALBERT');
  return {
    config: await readConfigBeside(files, { signal }),
    checkpoint: { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata: { format: 'pt' } },
    skipped,
  };
}

/** Whether a variable is of the training only; it is then listed. */
function isTraining(name: string, skipped: SkippedTensor[]): boolean {
  const reason = trainingVariables.find(([pattern]) => pattern.test(name))?.[1];
  if (reason !== undefined) skipped.push({ name, reason });
  return reason !== undefined;
}

function unknownVariables(names: readonly string[], file: string): UnknownTensorError {
  const head = foreignHeads.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  return unknownTensors(names, file, head);
}

function rename(variable: StoredTensor, name: string, transposed: boolean): StoredTensor {
  const [rows = 1, columns = 1] = variable.shape;
  if (!transposed || variable.shape.length !== 2) return { ...variable, name };
  const bytes = transposeBytes(variable.bytes, rows, columns, elementBytes[variable.dtype]);
  return { ...variable, name, shape: [columns, rows], bytes };
}

/** `albert_config.json` as the original has it; else `config.json`. */
async function readConfigBeside(
  files: ModelFiles,
  options: Pick<ReadOptions, 'signal'>,
): Promise<Readonly<Record<string, unknown>>> {
  if (!(await files.has(googleConfigFile, options))) return readConfigFile(files, options);
  return readGoogleConfig(await files.readJson(googleConfigFile, options));
}
