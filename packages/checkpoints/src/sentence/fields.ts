/** Every field that the files of sentence-transformers are known to have, in versions 0.3 to 6. */
import { ignored, read, refused, type FieldTable } from '@albert-web/errors';

const software = 'says how the file was made';
const width = 'the hidden states tell their width';

/** `sentence_bert_config.json`: the settings of the encoder. */
export const transformerFields: FieldTable = {
  max_seq_length: read('longest sequence'),
  do_lower_case: read('whether texts are lower-cased before the tokenizer sees them'),
  transformer_task: refused('the model would give other outputs', 'feature-extraction', 'sequence-classification'),
  modality_config: ignored('texts are the only input'),
  module_output_name: refused('what comes next would read another output', 'token_embeddings', 'scores'),
  model_args: ignored('how Python loads the model'),
  config_args: ignored('how Python loads the model'),
  tokenizer_args: ignored('how Python loads the tokenizer'),
  query_length: refused('queries would be cut at another length'),
  document_length: refused('documents would be cut at another length'),
  query_expansion: refused('queries would be filled up with masks'),
  processing_kwargs: ignored('how Python calls the tokenizer'),
  unpad_inputs: ignored('changes how the numbers are computed, not the numbers'),
};

/** `config_sentence_transformers.json`: the settings of the model. */
export const encoderFields: FieldTable = {
  prompts: read('what can be put before a text'),
  default_prompt_name: read('which of them is put before every text'),
  truncate_dim: read('how many numbers of a vector are kept'),
  model_type: refused('the model is no encoder of dense vectors', 'SentenceTransformer', 'CrossEncoder'),
  activation_fn: read("a cross-encoder's activation"),
  similarity_fn_name: ignored('how Python compares vectors; `paraphrase` takes the cosine'),
  keep_in_fp32_modules: ignored('everything is computed in the precision that `load` is given'),
  __version__: ignored(software),
};

/** `1_Pooling/config.json`. */
export const poolingFields: FieldTable = {
  pooling_mode: read('how the vectors of the tokens become one'),
  pooling_mode_cls_token: read('the same, before version 5.4'),
  pooling_mode_max_tokens: read('the same, before version 5.4'),
  pooling_mode_mean_tokens: read('the same, before version 5.4'),
  pooling_mode_mean_sqrt_len_tokens: read('the same, before version 5.4'),
  pooling_mode_weightedmean_tokens: read('the same, before version 5.4'),
  pooling_mode_lasttoken: read('the same, before version 5.4'),
  include_prompt: read('whether the tokens of a prompt count'),
  word_embedding_dimension: ignored(width),
  embedding_dimension: ignored(width),
};

/** `2_Dense/config.json`. */
export const denseFields: FieldTable = {
  in_features: read('width of the input'),
  out_features: read('width of the output'),
  bias: read('whether it has a bias'),
  activation_function: read('what comes after it'),
  module_input_name: refused('the layer reads another output', 'sentence_embedding'),
  module_output_name: refused('the layer writes another output', 'sentence_embedding'),
  use_residual: refused('its input is added to its output', false),
};

/** The `config.json` of a Normalize. */
export const normalizeFields: FieldTable = {
  module_input_name: refused('it reads another output', 'sentence_embedding'),
  module_output_name: refused('it writes another output', 'sentence_embedding'),
};

/** The `config.json` of a LayerNorm. */
export const layerNormFields: FieldTable = { dimension: read('width of its input and output') };
