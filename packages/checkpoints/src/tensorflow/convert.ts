import { unknownTensors, type SkippedTensor } from '../albert-tensors.ts';
import { cannotConvert } from '../convert-error.ts';
import { readConfigFile, type ConvertedModel } from '../converted.ts';
import { undefinedIfMissing } from '../files/optional.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { renamed } from '../framework-names.ts';
import { readTensorBundle } from './bundle.ts';
import { findBundle } from './find-bundle.ts';
import { googleConfigFile, readGoogleConfig } from './google-config.ts';
import { foreignHeads, renameVariable, trainingVariables } from './names.ts';
import { MissingFileError, type UnknownTensorError } from '../errors.ts';

/**
 * Converts a checkpoint of google-research/albert (`albert_config.json`, `<prefix>.index`, `<prefix>.data-*`) to Hugging Face's
 * names.
 *
 * Variables that are used only in training are listed in `skipped`.
 *
 * @param options `prefix`: path without `.index`. Default: the checkpoint in the folder.
 * @throws UnknownTensorError for variables of neither the model nor training; ConvertError, MissingFileError
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
    const known = renameVariable(variable.name);
    return known ? [renamed(variable, known.name, known.transposed)] : [];
  });
  if (tensors.length === 0) throw cannotConvert(`${prefix}.index`, 'holds no variable of ALBERT');
  return {
    config: await readConfigBeside(files, { signal }),
    checkpoint: { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata: { format: 'pt' } },
    skipped,
  };
}

/** Whether a variable is used only in training. If so, adds it to `skipped`. */
function isTraining(name: string, skipped: SkippedTensor[]): boolean {
  const reason = trainingVariables.find(([pattern]) => pattern.test(name))?.[1];
  if (reason !== undefined) skipped.push({ name, reason });
  return reason !== undefined;
}

function unknownVariables(names: readonly string[], file: string): UnknownTensorError {
  const head = foreignHeads.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  return unknownTensors(names, file, head);
}

/** Reads the original `albert_config.json`, or `config.json` if there is none. */
async function readConfigBeside(
  files: ModelFiles,
  options: Pick<ReadOptions, 'signal'>,
): Promise<Readonly<Record<string, unknown>>> {
  if (await files.has(googleConfigFile, options))
    return readGoogleConfig(await files.readJson(googleConfigFile, options));
  const config = await undefinedIfMissing(readConfigFile(files, options));
  if (config) return config;
  throw new MissingFileError({
    problem: `${files.location} has a TensorFlow checkpoint but no ${googleConfigFile}`,
    expected: 'Expected the configuration of the model',
    remedy: `Add ${googleConfigFile} of the same release`,
  });
}
