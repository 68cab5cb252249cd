import { cannotConvert } from '../convert-error.ts';

/** The name of the configuration in the original releases. */
export const googleConfigFile = 'albert_config.json';

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
