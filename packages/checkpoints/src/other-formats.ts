import type { Explanation } from '@albert-web/errors';
import { isArchive } from './files/location.ts';
import { MissingFileError } from './errors.ts';
import { pageInPlaceOf } from './files/stand-in.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';
import { formatOf, isShardIndex } from './weight-files.ts';

/** What a folder may contain instead of weights that this runtime loads: the file that reveals it, and what to do. */
const otherFormats: readonly { readonly file: string; readonly is: string; readonly remedy: string }[] = [
  {
    file: 'albert_config.json',
    is: 'the configuration of a TensorFlow checkpoint, whose .index file is missing or has an unusual name',
    remedy:
      'Put both files of the checkpoint beside it (.index and .data-00000-of-00001), and name it: { weights: "model.ckpt-1000" }',
  },
  {
    file: 'rust_model.ot',
    is: 'weights for rust-bert',
    remedy: 'Use pytorch_model.bin or model.safetensors of the same model',
  },
  {
    file: 'adapter_config.json',
    is: 'a PEFT adapter, with the config.json of its base model',
    remedy: 'Remove config.json; the base model has its own',
  },
  {
    file: 'saved_model.pb',
    is: 'a TensorFlow SavedModel',
    remedy:
      'Use the folder with variables and assets next to saved_model.pb, or the checkpoint that it was exported from',
  },
];

/** Matches weights for which there is no reader here, by the ending of their names. */
const foreignWeights =
  /\.(?:gguf|ggml|tflite|mlmodel|mlpackage|pdparams|npz|pkl|joblib|ot|engine)$|openvino_model\.(?:xml|bin)$/u;

/** Matches files that a trainer keeps with the model. They are not weights, whatever their ending. */
const trainingState = /^(?:optimizer|scheduler|scaler|training_args|rng_state.*|random_states.*)\.(?:bin|pt|pth|pkl)$/u;

const expected =
  'Expected a model folder as on the Hugging Face Hub: config.json, and model.safetensors or pytorch_model.bin';
const checkLocation = 'Check the location of the model';

type Advice = Pick<Explanation, 'problem' | 'remedy'>;

/** The error for a folder without loadable weights. It names what was found instead. */
export async function missingWeights(
  files: ModelFiles,
  { folder, signal }: Pick<ReadOptions, 'signal'> & { readonly folder?: string | undefined },
): Promise<MissingFileError> {
  const at = folder ? `${folder}/` : '';
  const { location, remedy = checkLocation } = files;
  for (const { file, is, remedy } of otherFormats) {
    if (!(await files.has(`${at}${file}`, { signal }))) continue;
    const problem = `${at}model.safetensors is not there in ${location}, but ${file} is: ${is}`;
    return new MissingFileError({ problem, expected, remedy });
  }
  if (files.localOnly) return notCached(location);
  const hasConfig = await files.has(`${at}config.json`, { signal });
  const page = await pageInPlaceOf(files, `${at}${hasConfig ? 'model.safetensors' : 'config.json'}`, { signal });
  if (page) return page;
  const listed = (await files.list?.({ signal })) ?? [];
  const advice = adviceOn(
    listed.flatMap((path) => (path.startsWith(at) ? [path.slice(at.length)] : [])),
    hasConfig,
    location,
  );
  const missing = hasConfig
    ? `Neither ${at}model.safetensors nor ${at}pytorch_model.bin is there in ${location}`
    : `${at}config.json was not found in ${location}`;
  return new MissingFileError({ problem: missing, remedy, ...advice, expected });
}

/** The error for a server without any file that a model begins with. Only one more request is made. */
export async function missingConfig(
  files: ModelFiles,
  { signal }: Pick<ReadOptions, 'signal'>,
): Promise<MissingFileError> {
  const { location, remedy = checkLocation } = files;
  if (files.localOnly) return notCached(location);
  const page = await pageInPlaceOf(files, 'config.json', { signal });
  return page ?? new MissingFileError({ problem: `config.json was not found in ${location}`, expected, remedy });
}

function notCached(location: string): MissingFileError {
  return new MissingFileError({
    problem: `The weights of ${location} are not in the cache`,
    expected: 'Expected them there, since only local files may be used',
    remedy: 'Load the model once while online',
  });
}

/** Gives advice from a listing of the folder: weights with another name, a model in a subfolder, or another runtime's file. */
function adviceOn(paths: readonly string[], hasConfig: boolean, location: string): Advice | undefined {
  const here = paths.filter((path) => !path.includes('/') && !trainingState.test(path));
  const weights = here.filter((path) => formatOf(path) !== undefined);
  // A single shard is not a model, so an index is preferred.
  const named = weights.find(isShardIndex) ?? weights[0];
  if (named !== undefined && hasConfig) {
    return {
      problem: `${location} has no model.safetensors and no pytorch_model.bin, but it has ${named}`,
      remedy: `Name the file: load(${JSON.stringify(location)}, { weights: ${JSON.stringify(named)} }), or ${location}/${named} on the command line`,
    };
  }
  if (named !== undefined) {
    return {
      problem: `${location} has ${named} and no config.json`,
      remedy: 'Add the config.json of the model: save_pretrained writes it, and its base model on the Hub has one',
    };
  }
  const inside = paths.find(
    (path) => path.endsWith('/config.json') && !/_(?:Pooling|Dense|LayerNorm|Normalize)\//u.test(path),
  );
  if (inside !== undefined && !hasConfig) {
    const folder = inside.slice(0, -'/config.json'.length);
    return {
      problem: `${location} holds no model itself; its folder ${folder} does`,
      remedy: isArchive(location)
        ? `Unpack ${location}, and give the folder ${folder}`
        : `Give that folder: ${location.replace(/\/$/u, '')}/${folder}`,
    };
  }
  const foreign = paths.find((path) => foreignWeights.test(path));
  return foreign === undefined
    ? undefined
    : {
        problem: `${location} has its weights in ${foreign}, for another runtime`,
        remedy: 'Take model.safetensors, pytorch_model.bin or model.onnx of the same model',
      };
}
