/** Every known field of the tokenizer's JSON files, from transformers 2 to 5. */
import { fieldTable, ignored, read, refused, tokenizerClass, type FieldTable } from '@albert-web/errors';

const software = 'records how the file was made';
const callOptions = 'an option of calls, saved with the tokenizer; here each call sets its own';
const otherClass = 'for other tokenizers; AlbertTokenizer and BertTokenizer ignore it';

const tokens: FieldTable = {
  bos_token: read('matched in the text; sequences begin with `cls_token`'),
  eos_token: read('matched in the text; sequences end with `sep_token`'),
  unk_token: read('the unknown token'),
  sep_token: read('ends each text'),
  pad_token: read('pads short sequences'),
  cls_token: read('begins each sequence'),
  mask_token: read('the token to fill in'),
  additional_special_tokens: read('matched in the text'),
  extra_special_tokens: read('matched in the text'),
};

/** Every known field of `tokenizer_config.json`. */
export const tokenizerConfigFields: FieldTable = fieldTable(tokens, {
  added_tokens_decoder: read('added tokens by id; replaces `special_tokens_map.json` and `added_tokens.json`'),
  do_lower_case: read('whether text is lower-cased'),
  keep_accents: read('whether accents are kept'),
  remove_space: read('whether runs of white space become one space'),
  strip_accents: read('for WordPiece: whether accents are removed'),
  tokenize_chinese_chars: read('for WordPiece: whether each Chinese character is a word'),
  model_max_length: read('maximum sequence length'),
  max_len: read('`model_max_length`, before transformers 4'),
  model_input_names: read('without `token_type_ids`, both texts of a pair have type 0'),
  backend: read(
    'with `tokenizers`, `tokenizer.json` counts alone, and both texts of a pair have type 0, as in transformers 5',
  ),
  truncation_side: read('the end at which long texts are cut'),
  tokenizer_class: tokenizerClass,
  sp_model_kwargs: refused('changes how SentencePiece segments text', {}, { enable_sampling: false }),
  split_special_tokens: refused('splits special tokens in the text into pieces', false),
  do_basic_tokenize: refused('if false, text is not split at punctuation', true),
  never_split: refused('lists words that are not split', []),
  wordpieces_prefix: refused('changes the prefix of pieces inside a word', '##'),
  auto_map: refused('the tokenizer needs custom Python code'),

  special_tokens_map_file: ignored(software),
  name_or_path: ignored(software),
  tokenizer_file: ignored(software),
  vocab_file: ignored(software),
  use_fast: ignored('the available files decide'),
  from_slow: ignored(software),
  is_local: ignored(software),
  local_files_only: ignored(software),
  processor_class: ignored(software),
  init_inputs: ignored(software),
  unk_id: ignored('the vocabulary defines it'),
  clean_up_tokenization_spaces: ignored('changes decoded text, not ids'),
  spaces_between_special_tokens: ignored('changes decoded text, not ids'),
  padding_side: ignored('padding is masked, and positions count from the first token'),
  padding: ignored(callOptions),
  pad_to_multiple_of: ignored(callOptions),
  pad_token_type_id: ignored(callOptions),
  max_length: ignored(callOptions),
  stride: ignored(callOptions),
  truncation: ignored(callOptions),
  truncation_strategy: ignored(callOptions),
  return_token_type_ids: ignored(callOptions),
  legacy: ignored(otherClass),
  add_prefix_space: ignored(otherClass),
  add_bos_token: ignored(otherClass),
  add_eos_token: ignored(otherClass),
  trim_offsets: ignored('offsets never include white space here'),
  chat_template: ignored('for chat models'),
  transformers_version: ignored(software),
});

/** Every known field of `special_tokens_map.json`. */
export const specialTokensMapFields = tokens;
