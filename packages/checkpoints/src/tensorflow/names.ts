/**
 * Maps google-research/albert's variable names to Hugging Face's.
 *
 * Source: huggingface/transformers `load_tf_weights_in_albert`.
 */

/** The new name of a variable. */
export interface RenamedVariable {
  /** Hugging Face's name, with the prefix `albert.` as in a model with a head. */
  readonly name: string;
  /** Whether to transpose: TensorFlow's `kernel` is `[in, out]`, Hugging Face's `weight` is `[out, in]`. */
  readonly transposed: boolean;
}

/** Parts of a path that differ, with their replacements, tried in this order. */
const layerParts: readonly (readonly [RegExp, string])[] = [
  [/^attention_1\/self\/(query|key|value)\//u, 'attention.$1.'],
  [/^attention_1\/output\/dense\//u, 'attention.dense.'],
  [/^LayerNorm\//u, 'attention.LayerNorm.'],
  [/^ffn_1\/intermediate\/dense\//u, 'ffn.'],
  [/^ffn_1\/intermediate\/output\/dense\//u, 'ffn_output.'],
  [/^LayerNorm_1\//u, 'full_layer_layer_norm.'],
];

const leaves: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  output_weights: 'weight',
  bias: 'bias',
  beta: 'bias',
  output_bias: 'bias',
};

/** Variables used only in training. */
export const trainingVariables: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/\/(?:adam|lamb)_[mv]$/iu, "an optimizer's running mean"],
  [/\/(?:Adam|LAMB|AdamWeightDecayOptimizer|LAMBOptimizer)(?:_\d+)?$/u, "an optimizer's running mean"],
  [/^beta[12]_power$/u, "an optimizer's counter"],
  [/^(?:global_step|save_counter)$/u, 'the number of training steps'],
  [/^_CHECKPOINTABLE_OBJECT_GRAPH$/u, "TensorFlow's description of the file"],
];

/** Heads of the original that have no Hugging Face class. */
export const foreignHeads: readonly (readonly [pattern: RegExp, head: string])[] = [
  [/^(?:start_logits|end_logits|answer_class)\//u, 'the head for SQuAD 2 of google-research/albert'],
  [
    /\/\.ATTRIBUTES\/VARIABLE_VALUE$/u,
    'variables saved by TensorFlow 2, which names them by their position in the program',
  ],
];

/** Renames a variable. Returns undefined if it is not part of a model: optimizer slots, counters, other tasks. */
export function renameVariable(variable: string): RenamedVariable | undefined {
  const path = variable.replace(/^module\//u, '');
  const leaf = /[^/]*$/u.exec(path)?.[0] ?? '';
  const name = path.startsWith('bert/') ? renameEncoder(path.slice(5)) : renameHead(path);
  return name === undefined ? undefined : { name, transposed: leaf === 'kernel' };
}

function renameEncoder(path: string): string | undefined {
  const table = /^embeddings\/(word_embeddings|token_type_embeddings|position_embeddings)$/u.exec(path)?.[1];
  if (table) return `albert.embeddings.${table}.weight`;
  const layer = /^encoder\/transformer\/group_(\d+)\/inner_group_(\d+)\/(.*)$/u.exec(path);
  if (layer) {
    const [, group = '', inner = '', rest = ''] = layer;
    const part = layerParts.find(([pattern]) => pattern.test(rest));
    const name = part && withLeaf(rest.replace(...part));
    return name && `albert.encoder.albert_layer_groups.${group}.albert_layers.${inner}.${name}`;
  }
  const name =
    replaced(path, 'embeddings/LayerNorm/', 'embeddings.LayerNorm.') ??
    replaced(path, 'encoder/embedding_hidden_mapping_in/', 'encoder.embedding_hidden_mapping_in.') ??
    replaced(path, 'pooler/dense/', 'pooler.');
  return name && `albert.${name}`;
}

function renameHead(path: string): string | undefined {
  if (path === 'cls/predictions/output_bias') return 'predictions.bias';
  return (
    replaced(path, 'cls/predictions/transform/', 'predictions.') ??
    replaced(path, 'cls/seq_relationship/', 'sop_classifier.classifier.') ??
    replaced(path, 'cls/squad/', 'qa_outputs.') ??
    // The variables of a fine-tuned classifier are at the root.
    replaced(path, '', 'classifier.')
  );
}

function replaced(path: string, prefix: string, name: string): string | undefined {
  return path.startsWith(prefix) ? withLeaf(`${name}${path.slice(prefix.length).replaceAll('/', '.')}`) : undefined;
}

/** Changes `…dense.kernel` to `…dense.weight`. Returns undefined if the last part is not a variable of a model. */
function withLeaf(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  const leaf = leaves[name.slice(dot + 1)];
  if (leaf === undefined || !/^[\w.]+$/u.test(name)) return undefined;
  // Only the head at the root consists of its name and one of these two leaves.
  if (name.startsWith('classifier.') && !/^classifier\.output_(?:weights|bias)$/u.test(name)) return undefined;
  return `${name.slice(0, dot)}.${leaf}`;
}
