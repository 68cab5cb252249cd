import { cannotConvert } from '../convert-error.ts';

/** The name of the configuration in the original releases. */
export const googleConfigFile = 'albert_config.json';

/** Fields that Hugging Face's configurations have, also those that were written before `model_type`. */
const huggingFaceFields = ['model_type', 'architectures', 'layer_norm_eps', 'pad_token_id', 'transformers_version'];
/** Fields that the original's have. */
const originalFields = ['down_scale_factor', 'net_structure_type', 'gap_size', 'num_memory_blocks'];

/** Whether a parsed configuration is the original's, whatever the name of its file: it has been passed on as `config.json`. */
export function isGoogleConfig(json: unknown): boolean {
  const given: object = typeof json === 'object' && json !== null ? json : {};
  return originalFields.some((field) => field in given) && !huggingFaceFields.some((field) => field in given);
}

/**
 * A parsed `albert_config.json` in Hugging Face's terms: the original's `gelu` is the tanh form that Hugging Face calls
 * `gelu_new` (google-research/albert `modeling.py`, `get_activation`).
 *
 * @throws ConvertError when it is not an object.
 */
export function readGoogleConfig(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw cannotConvert(googleConfigFile, 'is not an object');
  const given = json as Readonly<Record<string, unknown>>;
  const isHuggingFace = given['model_type'] !== undefined;
  return {
    model_type: 'albert',
    ...given,
    ...(!isHuggingFace && given['hidden_act'] === 'gelu' && { hidden_act: 'gelu_new' }),
  };
}
