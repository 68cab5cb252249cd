import type { ModelFiles, ReadOptions } from './files/types.ts';
import { MissingFileError } from './errors.ts';

/** Weights that this runtime does not load as they are, by the file that tells, and what to do with them. */
const otherFormats: readonly { readonly file: string; readonly is: string; readonly remedy: string }[] = [
  {
    file: 'albert_config.json',
    is: 'a TensorFlow checkpoint of google-research/albert',
    remedy: 'Convert it once: albert convert FOLDER OUT',
  },
  { file: 'model.json', is: 'a TensorFlow.js manifest', remedy: 'Convert it once: albert convert FOLDER OUT' },
  {
    file: 'rust_model.ot',
    is: 'weights for rust-bert',
    remedy: 'Take pytorch_model.bin or model.safetensors of the same model, from which it was made',
  },
  {
    file: 'adapter_config.json',
    is: 'an adapter of PEFT, with a config.json beside it that is not its own',
    remedy: 'Remove config.json: the one of the base model counts',
  },
  {
    file: 'saved_model.pb',
    is: 'a TensorFlow SavedModel',
    remedy:
      'Take the folder with its variables and assets beside saved_model.pb, or the checkpoint it was exported from',
  },
];

/** For readers: the error of a folder without weights that can be loaded; it names what is there instead. */
export async function missingWeights(
  files: ModelFiles,
  { folder, signal }: Pick<ReadOptions, 'signal'> & { readonly folder?: string | undefined },
): Promise<MissingFileError> {
  const at = folder ? `${folder}/` : '';
  const checkLocation = files.remedy ?? 'Check the location of the model';
  for (const { file, is, remedy } of otherFormats) {
    if (!(await files.has(`${at}${file}`, { signal }))) continue;
    return new MissingFileError({
      problem: `${at}model.safetensors is not there in ${files.location}, but ${file} is: ${is}`,
      expected: 'Expected model.safetensors or pytorch_model.bin',
      remedy,
    });
  }
  if (files.localOnly) {
    return new MissingFileError({
      problem: `The weights of ${files.location} are not in the cache`,
      expected: 'Expected them there, since only local files may be used',
      remedy: 'Load the model once with the network on',
    });
  }
  if (!(await files.has(`${at}config.json`, { signal }))) {
    return new MissingFileError({
      problem: `${at}config.json is not there in ${files.location}`,
      expected:
        'Expected a model folder as on the Hugging Face Hub: config.json, and model.safetensors or pytorch_model.bin',
      remedy: checkLocation,
    });
  }
  return new MissingFileError({
    problem: `Neither ${at}model.safetensors nor ${at}pytorch_model.bin is there in ${files.location}`,
    expected: 'Expected a model folder as on the Hugging Face Hub',
    remedy: checkLocation,
  });
}
