/** The calls that transformers.js documents for each task, with texts in the small models' vocabulary. */

const forms = (head) => `forms/safetensors-${head}`;

/** Folders of the fixtures. */
export const models = {
  classifier: { folder: forms('sequence_classification') },
  several: { folder: 'classifiers/multi-label' },
  inference: { folder: 'classifiers/inference' },
  tagger: { folder: forms('token_classification') },
  reader: { folder: forms('question_answering') },
  masked: { folder: forms('masked_lm') },
  encoder: { folder: forms('base') },
};

const cat = 'the cat sat on a mat';
const park = 'we saw it there in the park';
const simple = { aggregation_strategy: 'simple' };

/** The task, model and arguments of each call. */
export const calls = [
  ['text-classification', 'classifier', cat],
  ['text-classification', 'classifier', [cat, park]],
  ['text-classification', 'classifier', cat, { top_k: 2 }],
  ['text-classification', 'classifier', [cat, park], { top_k: null }],
  ['text-classification', 'several', cat, { top_k: null }],
  ['sentiment-analysis', 'inference', park],
  ['zero-shot-classification', 'inference', cat, ['park', 'cat', 'mat']],
  ['zero-shot-classification', 'inference', [cat, park], ['park', 'cat'], { multi_label: true }],
  ['zero-shot-classification', 'inference', cat, 'park', { hypothesis_template: 'we saw the {}' }],
  ['token-classification', 'tagger', cat, { ignore_labels: [] }],
  ['token-classification', 'tagger', [cat, park], { ignore_labels: ['LABEL_0'] }],
  ['ner', 'tagger', cat, { ...simple, ignore_labels: [] }],
  ['question-answering', 'reader', 'where sat the cat', cat],
  ['question-answering', 'reader', 'where sat the cat', cat, { top_k: 3 }],
  ['question-answering', 'reader', ['where sat the cat', 'what we saw'], [cat, park]],
  ['fill-mask', 'masked', 'the [MASK] sat on a mat'],
  ['fill-mask', 'masked', ['the [MASK] sat', 'we saw [MASK] there'], { top_k: 2 }],
  ['feature-extraction', 'encoder', cat],
  ['feature-extraction', 'encoder', cat, { pooling: 'mean', normalize: true }],
  ['feature-extraction', 'encoder', [cat, park], { pooling: 'cls' }],
  ['embeddings', 'encoder', cat, { pooling: 'last_token' }],
  ['feature-extraction', 'encoder', cat, { pooling: 'mean', quantize: true, precision: 'ubinary' }],
  ['feature-extraction', 'encoder', cat, { pooling: 'mean', quantize: true, precision: 'binary' }],
].map(([task, model, ...args]) => ({ task, model, args }));
