/** Every known field of the files of sentence-transformers, versions 0.3 to 6. */
import { ignored, read, refused, type FieldTable } from '@albert-web/errors';

const software = 'records how the file was made';
const width = 'follows from the hidden states';

/** `sentence_bert_config.json`: the settings of the encoder. */
export const transformerFields: FieldTable = {
  max_seq_length: read('maximum sequence length'),
  do_lower_case: read('whether texts are lower-cased before tokenization'),
  transformer_task: refused('changes the outputs of the model', 'feature-extraction', 'sequence-classification'),
  modality_config: ignored('only texts are supported'),
  module_output_name: refused('changes the input of the next module', 'token_embeddings', 'scores'),
  model_args: ignored('how Python loads the model'),
  config_args: ignored('how Python loads the model'),
  tokenizer_args: ignored('how Python loads the tokenizer'),
  query_length: refused('changes the length of queries'),
  document_length: refused('changes the length of documents'),
  query_expansion: refused('pads queries with masks'),
  processing_kwargs: ignored('how Python calls the tokenizer'),
  unpad_inputs: ignored('affects speed, not results'),
};

/** `config_sentence_transformers.json`: the settings of the model. */
export const encoderFields: FieldTable = {
  prompts: read('prompts that can precede a text'),
  default_prompt_name: read('the prompt that precedes every text'),
  truncate_dim: read('number of dimensions to keep'),
  model_type: refused('the model is not a dense encoder', 'SentenceTransformer', 'CrossEncoder'),
  activation_fn: read("a cross-encoder's activation"),
  similarity_fn_name: ignored('how Python compares vectors; `paraphrase` uses the cosine'),
  keep_in_fp32_modules: ignored('`load` determines the precision'),
  __version__: ignored(software),
};

/** `1_Pooling/config.json`. */
export const poolingFields: FieldTable = {
  pooling_mode: read('how token vectors are pooled'),
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
  activation_function: read('activation'),
  module_input_name: refused('changes the input of the layer', 'sentence_embedding'),
  module_output_name: refused('changes the output of the layer', 'sentence_embedding'),
  use_residual: refused('adds the input to the output', false),
};

/** The `config.json` of a Normalize. */
export const normalizeFields: FieldTable = {
  module_input_name: refused('changes its input', 'sentence_embedding'),
  module_output_name: refused('changes its output', 'sentence_embedding'),
};

/** The `config.json` of a LayerNorm. */
export const layerNormFields: FieldTable = { dimension: read('width of its input and output') };
