import type { StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import type { ConvertedModel } from '../converted.ts';
import { elementBytes } from '../dtype.ts';
import { MissingFileError, type ModelFiles, type ReadOptions } from '../files/types.ts';
import { transposeBytes } from '../transpose.ts';
import { readTensorBundle } from './bundle.ts';
import { renameVariable } from './names.ts';

/**
 * A checkpoint of google-research/albert (`albert_config.json`, `model.ckpt-*.index`, `.data-*`) as Hugging Face has it.
 *
 * Optimizer slots and counters are left out and listed in `skipped`.
 *
 * @throws ConvertError, MissingFileError.
 */
export async function convertTensorflow(
  files: ModelFiles,
  options: Pick<ReadOptions, 'signal'> = {},
): Promise<ConvertedModel> {
  const prefix = await findPrefix(files, options);
  const { variables, skipped } = await readTensorBundle(
    files,
    prefix,
    (name) => renameVariable(name) !== undefined,
    options,
  );
  const tensors = variables.flatMap((variable) => {
    const renamed = renameVariable(variable.name);
    return renamed ? [rename(variable, renamed.name, renamed.transposed)] : [];
  });
  if (tensors.length === 0) throw cannotConvert(`${prefix}.index`, 'holds no variable of ALBERT');
  return {
    config: await readGoogleConfig(files, tensors, options),
    checkpoint: { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata: { format: 'pt' } },
    skipped,
  };
}

/** The file `checkpoint` names the newest; the original releases have `model.ckpt-best` and no such file. */
async function findPrefix(files: ModelFiles, options: Pick<ReadOptions, 'signal'>): Promise<string> {
  try {
    const text = await files.readText('checkpoint', options);
    const path = /^model_checkpoint_path: "([^"]+)"/mu.exec(text)?.[1];
    return path?.split('/').at(-1) ?? 'model.ckpt-best';
  } catch (error) {
    if (error instanceof MissingFileError) return 'model.ckpt-best';
    throw error;
  }
}

function rename(variable: StoredTensor, name: string, transposed: boolean): StoredTensor {
  const [rows = 1, columns = 1] = variable.shape;
  if (!transposed || variable.shape.length !== 2) return { ...variable, name };
  const bytes = transposeBytes(variable.bytes, rows, columns, elementBytes[variable.dtype]);
  return { ...variable, name, shape: [columns, rows], bytes };
}

/**
 * `albert_config.json` with what Hugging Face's has besides: the architecture, by the heads there are, and the number of
 * classes. Google's `gelu` is the tanh form that Hugging Face calls `gelu_new`.
 */
async function readGoogleConfig(
  files: ModelFiles,
  tensors: readonly StoredTensor[],
  options: Pick<ReadOptions, 'signal'>,
): Promise<Readonly<Record<string, unknown>>> {
  const json = await files.readJson('albert_config.json', options);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw cannotConvert('albert_config.json', 'is not an object');
  const given = json as Readonly<Record<string, unknown>>;
  const shapeOf = (name: string): readonly number[] | undefined =>
    tensors.find((tensor) => tensor.name === name)?.shape;
  const classes = shapeOf('classifier.bias')?.[0];
  const architecture = shapeOf('predictions.bias')
    ? shapeOf('sop_classifier.classifier.bias')
      ? 'AlbertForPreTraining'
      : 'AlbertForMaskedLM'
    : classes === undefined
      ? 'AlbertModel'
      : 'AlbertForSequenceClassification';
  return {
    model_type: 'albert',
    architectures: [architecture],
    ...given,
    ...(given['model_type'] === undefined && given['hidden_act'] === 'gelu' && { hidden_act: 'gelu_new' }),
    ...(given['id2label'] === undefined && classes !== undefined && { num_labels: classes }),
  };
}
