/**
 * Every field that an ALBERT's `config.json` is known to have. They are written by transformers since 2.2, by
 * google-research/albert and its ports, and by sentence-transformers, optimum, PEFT and transformers.js.
 */
import { fieldTable, ignored, read, refused, sameUse, tokenizerClass, type FieldTable } from '@albert-web/errors';
import type { AlbertConfig } from './config.ts';

/** The fields that `AlbertConfig` has. */
const readFields = {
  model_type: read('must be `albert`'),
  architectures: read('the head'),
  vocab_size: read('rows of the word embeddings'),
  embedding_size: read('width of the embeddings'),
  hidden_size: read('width of the hidden states'),
  num_hidden_layers: read('layers'),
  num_hidden_groups: read('groups of layers that share weights'),
  num_attention_heads: read('attention heads'),
  intermediate_size: read('width of the feed-forward block'),
  inner_group_num: read('blocks in one layer'),
  hidden_act: read('activation of the feed-forward block'),
  hidden_dropout_prob: read('dropout, in training'),
  attention_probs_dropout_prob: read('dropout, in training'),
  classifier_dropout_prob: read('dropout, in training'),
  max_position_embeddings: read('longest sequence'),
  type_vocab_size: read('token types'),
  initializer_range: read('standard deviation of new weights, in training'),
  layer_norm_eps: read('epsilon of every LayerNorm'),
  position_embedding_type: read('must be `absolute`'),
  pad_token_id: read('id of the padding token'),
  bos_token_id: ignored('the tokenizer knows its special tokens'),
  eos_token_id: ignored('the tokenizer knows its special tokens'),
  id2label: read('names and number of the classes'),
  label2id: ignored('same information as `id2label`'),
  problem_type: read('how logits become scores'),
  sentence_transformers: read('settings of a cross-encoder'),
  cross_layer_sharing: read("which weights layers share; this project's own field"),
  unsure: read("range of probabilities in which a classifier is unsure; this project's own field"),
  language: read("languages the model reads, as in its card; this project's own field"),
  tie_word_embeddings: read('whether the masked-LM decoder uses the word embeddings'),
} as const satisfies Required<Record<keyof AlbertConfig, ReturnType<typeof read>>>;

const outputsOnly = 'affects what a call returns, not what it computes';
const generation = 'for text generation, which ALBERT does not do';
const software = 'says how the file was made';
const sameNumbers = 'changes how the numbers are computed, not the numbers';
const unread = 'neither google-research/albert nor transformers reads it';
const bertTwoPoolers = "left over from BERT's configuration; no ALBERT reads it";
const notAnEncoder = 'makes the encoder a decoder';

const generationFields = [
  'bad_words_ids',
  'begin_suppress_tokens',
  'decoder_start_token_id',
  'diversity_penalty',
  'do_sample',
  'early_stopping',
  'encoder_no_repeat_ngram_size',
  'eos_token_ids',
  'exponential_decay_length_penalty',
  'forced_bos_token_id',
  'forced_eos_token_id',
  'length_penalty',
  'max_length',
  'min_length',
  'no_repeat_ngram_size',
  'num_beam_groups',
  'num_beams',
  'num_return_sequences',
  'output_past',
  'output_scores',
  'prefix',
  'remove_invalid_values',
  'repetition_penalty',
  'return_dict_in_generate',
  'suppress_tokens',
  'temperature',
  'top_k',
  'top_p',
  'typical_p',
  'use_cache',
] as const;

/** Every known field of `config.json`. */
export const configFields: FieldTable = fieldTable(
  readFields,
  {
    num_labels: read('number of classes, if `id2label` is missing'),
    _num_labels: ignored('same information as `id2label`'),
    sbert_ce_default_activation_function: read("a cross-encoder's activation, up to sentence-transformers 3"),
    'sentence_transformers.activation_fn': read("a cross-encoder's activation"),
    'sentence_transformers.version': ignored(software),

    pruned_heads: refused('attention heads were removed from the layers', {}, []),
    is_decoder: refused(notAnEncoder, false),
    add_cross_attention: refused(notAnEncoder, false),
    is_encoder_decoder: refused(notAnEncoder, false),
    tie_encoder_decoder: refused(notAnEncoder, false),
    quantization_config: refused('the weights are packed by another quantizer'),
    auto_map: refused('the model needs its own Python code'),
    adapters: refused('there are adapters between the layers', {}),
    ln_type: refused('LayerNorm comes before the blocks', 'postln'),
  },
  sameUse(
    ['output_attentions', 'output_hidden_states', 'return_dict', 'use_return_dict', 'torchscript'],
    ignored(outputsOnly),
  ),
  sameUse(
    [
      'chunk_size_feed_forward',
      'gradient_checkpointing',
      'use_bfloat16',
      'xla_device',
      'tf_legacy_loss',
      'attn_implementation',
      '_attn_implementation',
      '_attn_implementation_autoset',
      '_attn_implementation_internal',
    ],
    ignored(sameNumbers),
  ),
  sameUse(['torch_dtype', 'dtype'], ignored('the weight file says how they are stored')),
  sameUse(['transformers.js_config', 'transformers_js_config'], ignored('for ONNX Runtime')),
  sameUse(
    ['_name_or_path', '_commit_hash', 'transformers_version', 'transformers_weights', 'finetuning_task', 'name'],
    ignored(software),
  ),
  {
    tokenizer_class: tokenizerClass,
    sep_token_id: ignored('the tokenizer knows its special tokens'),
    task_specific_params: ignored(generation),
    cross_attention_hidden_size: ignored('has no effect without cross-attention'),
    classifier_dropout: ignored("other models' name for `classifier_dropout_prob`; no ALBERT reads it"),
  },
  sameUse(
    ['down_scale_factor', 'gap_size', 'net_structure_type', 'num_memory_blocks', 'layers_to_keep'],
    ignored(unread),
  ),
  sameUse(
    [
      'directionality',
      'pooler_fc_size',
      'pooler_num_attention_heads',
      'pooler_num_fc_layers',
      'pooler_size_per_head',
      'pooler_type',
    ],
    ignored(bertTwoPoolers),
  ),
  sameUse(generationFields, ignored(generation)),
);
