/** `adapter_config.json` of a PEFT adapter, as far as it affects the weights. */
import * as v from 'valibot';
import { optionalFiles } from '../files/optional.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { ConvertError } from '../errors.ts';

/** The file's name. */
export const adapterFile = 'adapter_config.json';

const number = v.pipe(v.number(), v.finite());
const flag = v.nullish(v.boolean(), false);
const schema = v.object({
  peft_type: v.string(),
  base_model_name_or_path: v.nullish(v.string()),
  task_type: v.nullish(v.string()),
  auto_mapping: v.nullish(v.object({ base_model_class: v.nullish(v.string()) })),
  lora_alpha: v.optional(number, 8),
  alpha_pattern: v.nullish(v.record(v.string(), number), {}),
  use_rslora: flag,
  use_dora: flag,
  use_qalora: flag,
  fan_in_fan_out: flag,
  layer_replication: v.nullish(v.unknown()),
  init_lora_weights: v.nullish(v.union([v.boolean(), v.string()]), true),
});

/** A checked configuration. */
export type AdapterConfig = v.InferOutput<typeof schema>;

/** The model class of each PEFT task type. */
const classes: Readonly<Record<string, string>> = {
  SEQ_CLS: 'AlbertForSequenceClassification',
  TOKEN_CLS: 'AlbertForTokenClassification',
  QUESTION_ANS: 'AlbertForQuestionAnswering',
  FEATURE_EXTRACTION: 'AlbertModel',
};
/** Initializations of LoRA that do not change the base model's weights. */
const plainInitializations: readonly unknown[] = [true, false, 'gaussian', 'eva', 'orthogonal'];

/**
 * Reads the configuration. Returns undefined if there is no such file.
 *
 * @throws ConvertError for an adapter that cannot be merged here
 */
export async function readAdapterConfig(
  files: ModelFiles,
  { signal }: Pick<ReadOptions, 'signal'>,
): Promise<AdapterConfig | undefined> {
  const json = await optionalFiles(files, signal).readJson(adapterFile);
  if (json === undefined) return undefined;
  const result = v.safeParse(schema, json);
  if (!result.success) throw notMerged(v.summarize(result.issues));
  const config = result.output;
  if (config.peft_type !== 'LORA') throw notMerged(`peft_type = ${JSON.stringify(config.peft_type.slice(0, 100))}`);
  const changed = (['use_dora', 'use_qalora', 'fan_in_fan_out', 'layer_replication'] as const).find(
    (name) => config[name],
  );
  if (changed !== undefined) throw notMerged(`${changed} = ${JSON.stringify(config[changed])}`);
  if (!plainInitializations.includes(config.init_lora_weights)) {
    const start = JSON.stringify(config.init_lora_weights).slice(0, 100);
    throw notMerged(`init_lora_weights = ${start}, which changes the weights of the base model`);
  }
  return config;
}

/** Returns the class that the adapter was trained with, or undefined if it is the base model's. */
export function adapterClass({ task_type: task, auto_mapping: mapping }: AdapterConfig): string | undefined {
  return (task && Object.hasOwn(classes, task) && classes[task]) || (mapping?.base_model_class ?? undefined);
}

/** Returns the scale of LoRA's product of two matrices of this rank. @param module name without the base model's prefix */
export function scaleOf(config: AdapterConfig, module: string, rank: number): number {
  const own = Object.entries(config.alpha_pattern ?? {}).find(([pattern]) => matches(module, pattern))?.[1];
  const alpha = own ?? config.lora_alpha;
  return config.use_rslora ? alpha / Math.sqrt(rank) : alpha / rank;
}

/** Whether a key of `alpha_pattern` applies. To PEFT, it is a regular expression; in practice, a name or the end of one. */
function matches(module: string, pattern: string): boolean {
  const key = pattern.replace(/^\^|\$$/gu, '');
  if (!/^[\w.]+$/u.test(key)) throw notMerged(`alpha_pattern with ${JSON.stringify(pattern.slice(0, 100))}`);
  return module === key || module.endsWith(`.${key}`);
}

function notMerged(found: string): ConvertError {
  return new ConvertError({
    problem: `${adapterFile} has ${found}`,
    expected: 'Expected a LoRA adapter saved by PEFT',
    remedy: 'Merge it with PEFT: PeftModel.from_pretrained(…).merge_and_unload().save_pretrained(…)',
  });
}
