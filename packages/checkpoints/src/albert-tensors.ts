/**
 * Maps the tensor names of other programs to Hugging Face's.
 *
 * Every tensor of a file is either renamed, skipped for a stated reason, or rejected. An unknown tensor could be part of the
 * model, and skipping it could silently give wrong numbers.
 */
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { cannotConvert } from './convert-error.ts';
import { UnknownTensorError } from './errors.ts';

/** A skipped tensor, and why it is not needed. */
export interface SkippedTensor {
  readonly name: string;
  readonly reason: string;
}

/** Matches Hugging Face's names for the base model, without the prefix `albert.` (source: `modeling_albert.py`). */
const baseName = new RegExp(
  `^(?:${[
    'embeddings\\.(?:word|position|token_type)_embeddings\\.weight',
    'embeddings\\.LayerNorm\\.(?:weight|bias)',
    'encoder\\.embedding_hidden_mapping_in\\.(?:weight|bias)',
    'encoder\\.albert_layer_groups\\.\\d+\\.albert_layers\\.\\d+\\.(?:' +
      'attention\\.(?:query|key|value|dense|LayerNorm)|ffn|ffn_output|full_layer_layer_norm)\\.(?:weight|bias)',
    'pooler\\.(?:weight|bias)',
  ].join('|')})(?:\\.scale)?$`,
  'u',
);
/** Matches the names of the heads' tensors, which have no base model prefix. */
const headName = new RegExp(
  `^(?:${[
    'predictions\\.(?:dense|LayerNorm|decoder)\\.(?:weight|bias)',
    'predictions\\.bias',
    '(?:sop_classifier\\.classifier|classifier|qa_outputs)\\.(?:weight|bias)',
  ].join('|')})(?:\\.scale)?$`,
  'u',
);

/** Tensors that inference does not need, by the end of their names. */
const meaningless: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/(?:^|\.)embeddings\.position_ids$/u, 'a buffer of the numbers 0, 1, 2, …'],
  [/(?:^|\.)embeddings\.token_type_ids$/u, 'a buffer of zeros'],
  [/(?:^|\.)(?:loss_fct|loss_fn|loss|criterion)\.(?:weight|pos_weight)$/u, 'class weights of the training loss'],
];

/** Every ALBERT has this tensor. Whatever precedes this name is the prefix of the base model. */
const landmark = 'embeddings.word_embeddings.weight';

/**
 * Renames a checkpoint's tensors to Hugging Face's names and removes the prefixes of wrapper classes: `module.` of data-parallel
 * training, `model.` of Lightning, `albert.albert.`, `0.auto_model.`, `bert.`.
 *
 * @param file the tensors' file, for error messages
 * @throws ConvertError when it does not hold exactly one ALBERT; UnknownTensorError for tensors that are not part of it
 */
export function nameTensors(
  { tensors, metadata }: Checkpoint,
  file: string,
): { readonly checkpoint: Checkpoint; readonly skipped: readonly SkippedTensor[] } {
  const prefix = prefixOf([...tensors.keys()].map(modernName), file);
  // In a model with a head, the base model has a prefix of its own, and the head's names do not.
  const outer = prefix.replace(/[^.]+\.$/u, '');
  const named = new Map<string, StoredTensor>();
  const skipped: SkippedTensor[] = [];
  const unknown: string[] = [];
  for (const [stored, tensor] of tensors) {
    const canonical = canonicalName(modernName(stored), prefix, outer);
    const reason = meaningless.find(([pattern]) => pattern.test(stored))?.[1];
    if (canonical !== undefined) {
      if (named.has(canonical)) throw cannotConvert(file, `holds ${canonical} twice`);
      named.set(canonical, { ...tensor, name: canonical });
    } else if (reason !== undefined) skipped.push({ name: stored, reason });
    else unknown.push(stored);
  }
  if (unknown.length > 0) throw unknownTensors(unknown, file);
  const withHead = [...named.keys()].some((name) => headName.test(name));
  const full = [...named.values()].map((tensor) => {
    const name = withHead && baseName.test(tensor.name) ? `albert.${tensor.name}` : tensor.name;
    return [name, { ...tensor, name }] as const;
  });
  return { checkpoint: { tensors: new Map(full), metadata }, skipped };
}

/** The names that PyTorch inserts for modules that it compiles, shards, or runs again in the backward pass. */
const wrappers = /(?<=^|\.)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\./gu;

/** Removes wrappers from a name, and replaces TensorFlow's names for LayerNorm's weights, which early checkpoints have. */
const modernName = (name: string): string =>
  name
    .replaceAll(wrappers, '')
    .replace(/\.gamma$/u, '.weight')
    .replace(/\.beta$/u, '.bias');

function canonicalName(name: string, prefix: string, outer: string): string | undefined {
  const inside = name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
  if (inside !== undefined && (baseName.test(inside) || headName.test(inside))) return inside;
  const beside = name.startsWith(outer) ? name.slice(outer.length) : undefined;
  return beside !== undefined && headName.test(beside) ? beside : undefined;
}

function prefixOf(names: readonly string[], file: string): string {
  if (names.length === 0) throw cannotConvert(file, 'holds no tensors');
  const prefixes = names.filter((name) => name.endsWith(landmark)).map((name) => name.slice(0, -landmark.length));
  const [prefix] = prefixes;
  if (prefix === undefined) throw notAlbert(names, file);
  if (prefixes.length > 1)
    throw cannotConvert(
      file,
      `holds ${prefixes.length} models, under ${prefixes.map((name) => `"${name}"`).join(', ')}`,
    );
  return prefix;
}

function notAlbert(names: readonly string[], file: string): UnknownTensorError {
  return new UnknownTensorError({
    problem: `${file} has no word embeddings: its tensors are ${listed(names)}`,
    expected: `Expected a tensor whose name ends with ${landmark}`,
    remedy: 'Check that the file holds an ALBERT, and all of its weights',
  });
}

/** @param head what the tensors are, if known */
export function unknownTensors(names: readonly string[], file: string, head?: string): UnknownTensorError {
  const what = head
    ? `which ${names.length === 1 ? 'is' : 'are'} ${head}`
    : 'which no ALBERT class of Hugging Face has';
  return new UnknownTensorError({
    problem: `${file} has ${listed(names)}, ${what}`,
    expected: "Expected the base model and one of Hugging Face's heads",
    remedy: remedyOf(names),
  });
}

/** Suggests a remedy. A linear layer outside the base model could be the classifier, for which people use many names. */
function remedyOf(names: readonly string[]): string {
  const [weight, ...others] = names.filter((name) => name.endsWith('.weight'));
  const isLayer = weight !== undefined && others.length === 0 && !weight.includes('albert_layer');
  const rename = isLayer ? `If ${weight} is the classifier over the pooled output, save it as classifier.weight. ` : '';
  return `${rename}${rename ? 'Else save' : 'Save'} the model without what was added to it, or train one of the heads that this runtime has`;
}

function listed(names: readonly string[]): string {
  const first = names.slice(0, 3).map((name) => `"${name.slice(0, 100)}"`);
  return names.length > 3 ? `${first.join(', ')} and ${names.length - 3} more` : first.join(', ');
}
