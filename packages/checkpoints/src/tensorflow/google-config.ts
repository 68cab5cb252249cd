import { cannotConvert } from '../convert-error.ts';

/** The name of the configuration in the original releases. */
export const googleConfigFile = 'albert_config.json';

/** Fields of Hugging Face's configurations, including those from before `model_type`. */
const huggingFaceFields = ['model_type', 'architectures', 'layer_norm_eps', 'pad_token_id', 'transformers_version'];
/** Fields of the original configurations. */
const originalFields = ['down_scale_factor', 'net_structure_type', 'gap_size', 'num_memory_blocks'];

/** Whether a parsed configuration is an original one. It may have been renamed to `config.json`. */
export function isGoogleConfig(json: unknown): boolean {
  const given: object = typeof json === 'object' && json !== null ? json : {};
  return originalFields.some((field) => field in given) && !huggingFaceFields.some((field) => field in given);
}

/**
 * Converts a parsed `albert_config.json` to Hugging Face's fields. The original `gelu` is the tanh approximation, `gelu_new` in
 * Hugging Face (google-research/albert `modeling.py`, `get_activation`).
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
