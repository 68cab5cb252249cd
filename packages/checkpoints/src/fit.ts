/** Checks a checkpoint against its configuration: which head it has, and whether all tensors of that head are there. */
import {
  architectureOf,
  checkWeights,
  headNamed,
  headOf,
  modelWeights,
  numLabels,
  readConfig,
  type AlbertConfig,
  type Head,
  type Note,
} from '@albert-web/core';
import { nameTensors, type SkippedTensor } from './albert-tensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { ConvertedModel } from './converted.ts';
import { equalBytes } from './equal-bytes.ts';
import { weightReader } from './reader.ts';
import { ConvertError } from './errors.ts';

type Config = Readonly<Record<string, unknown>>;

/**
 * Makes a model complete and consistent: tensors with Hugging Face's names, the head in `architectures`, and every weight in the
 * shape that the configuration requires.
 *
 * @param given `config.json`; if it does not name a head, the tensors determine it
 * @param file the tensors' file, for error messages
 * @throws UnknownTensorError, ConvertError, ConfigError, MissingTensorError, TensorShapeError
 */
export function fitModel(given: Config, stored: Checkpoint, file: string): ConvertedModel {
  const named = nameTensors(stored, file);
  const { checkpoint, skipped } = resolveDecoder(named.checkpoint, given, file);
  const config = withArchitecture(given, checkpoint, file);
  const read = readConfig(config);
  const head = headIn(read, checkpoint);
  checkWeights(modelWeights(read, head), weightReader(checkpoint));
  const notes = usesNoHead(head) ? unusedHeads(checkpoint, config, file) : [];
  return { config, checkpoint, skipped: [...named.skipped, ...skipped], notes };
}

const usesNoHead = (head: Head): boolean => head === 'base' || head === 'encoder';

/** Returns a note if a base model's file also contains a trained head, which its configuration does not name. */
function unusedHeads(checkpoint: Checkpoint, config: Config, file: string): Note[] {
  if (!['classifier.weight', 'qa_outputs.weight'].some((name) => hasTensor(checkpoint, name))) return [];
  const classes = headsOf(checkpoint, config).map(architectureOf);
  const message = `${file} also holds a trained head. It is not used, because config.json names AlbertModel; for the head, name ${classes.join(' or ')} in "architectures"`;
  return [{ message, reason: { code: 'unused-head', file, classes } }];
}

/** Returns the head that a configuration names. A base model saved without its pooler is only the encoder. */
export function headIn(config: AlbertConfig, checkpoint: Checkpoint): Head {
  const head = headOf(config);
  return head === 'base' && !hasTensor(checkpoint, 'pooler.weight') ? 'encoder' : head;
}

/**
 * Adds the architecture to a configuration. If `architectures` names no known class, the tensors determine the head. A
 * classifier over the pooled token and one over every token differ only in the pooler. Files without `architectures` are
 * older than the second class in transformers, so a pooler means the first.
 */
function withArchitecture(config: Config, checkpoint: Checkpoint, file: string): Config {
  const { architectures } = config;
  if (Array.isArray(architectures) && headNamed(architectures.map(String)) !== undefined) return config;
  const heads = headsOf(checkpoint, config);
  const [head = 'base'] = heads;
  if (heads.length > 1) {
    throw new ConvertError({
      problem: `${file} could be ${heads.map(architectureOf).join(' or ')}`,
      expected: 'Expected its configuration to name the class in "architectures"',
      remedy: `Add "architectures": ["${architectureOf(head)}"], or the other, to config.json or albert_config.json`,
    });
  }
  return { ...config, architectures: [architectureOf(head)], ...classesOf(config, head, checkpoint) };
}

function headsOf(checkpoint: Checkpoint, config: Config): Head[] {
  const has = (name: string): boolean => hasTensor(checkpoint, name);
  const heads: Head[] = [];
  if (has('qa_outputs.weight')) heads.push('question_answering');
  if (has('predictions.dense.weight'))
    heads.push(has('sop_classifier.classifier.weight') ? 'pretraining' : 'masked_lm');
  if (has('classifier.weight')) heads.push(...classifiersOf(checkpoint, config));
  return heads;
}

/**
 * Returns the possible heads of a classifier. One row is a regression or the score of a choice: the former if the configuration
 * mentions one class.
 */
function classifiersOf(checkpoint: Checkpoint, config: Config): Head[] {
  if (!hasTensor(checkpoint, 'pooler.weight')) return ['token_classification'];
  if (rowsOf(checkpoint, 'classifier.weight') !== 1) return ['sequence_classification'];
  const labels = config['id2label'] ?? config['num_labels'];
  if (labels === undefined) return ['sequence_classification', 'multiple_choice'];
  return numLabels(readConfig({ ...config, architectures: undefined })) === 1
    ? ['sequence_classification']
    : ['multiple_choice'];
}

/** Adds the number of classes if the configuration lacks it. */
function classesOf(config: Config, head: Head, checkpoint: Checkpoint): Config {
  const isClassifier = head === 'sequence_classification' || head === 'token_classification';
  if (!isClassifier || config['id2label'] !== undefined || config['num_labels'] !== undefined) return {};
  return { num_labels: rowsOf(checkpoint, 'classifier.weight') };
}

/**
 * Resolves the decoder of the masked-LM head. It is tied to the word embeddings unless the configuration says otherwise,
 * regardless of the file (transformers, `tie_weights`). Its bias may be stored under two names.
 */
function resolveDecoder(
  { tensors, metadata }: Checkpoint,
  config: Config,
  file: string,
): { readonly checkpoint: Checkpoint; readonly skipped: readonly SkippedTensor[] } {
  const kept = new Map(tensors);
  const skipped: SkippedTensor[] = [];
  const leaveOut = (name: string, reason: string): void => {
    if (kept.delete(name)) skipped.push({ name, reason });
  };
  const isTied = config['tie_word_embeddings'] !== false;
  const decoderBias = tensors.get('predictions.decoder.bias');
  const bias = tensors.get('predictions.bias') ?? decoderBias;
  if (bias && decoderBias && !equalBytes(bias.bytes, decoderBias.bytes)) throw twoBiases(file);
  const [used, other] = isTied ? biasNames : biasNames.toReversed();
  if (bias && used && other) {
    kept.set(used, { ...bias, name: used });
    leaveOut(other, `the same as ${used}`);
  }
  if (isTied) leaveOut('predictions.decoder.weight', 'tied to the word embeddings');
  return { checkpoint: { tensors: kept, metadata }, skipped };
}

function twoBiases(file: string): ConvertError {
  return new ConvertError({
    problem: `${file} has different values for predictions.bias and predictions.decoder.bias`,
    expected: 'Expected the same values under both names',
    remedy: 'Open the model with transformers and save it again, which keeps the one in use',
  });
}

/** Names of the decoder's bias: with a tied decoder, and otherwise. */
const biasNames = ['predictions.bias', 'predictions.decoder.bias'] as const;

/** Looks up a tensor with or without the prefix of the base model. */
const tensorNamed = ({ tensors }: Checkpoint, name: string) => tensors.get(name) ?? tensors.get(`albert.${name}`);
const hasTensor = (checkpoint: Checkpoint, name: string): boolean => tensorNamed(checkpoint, name) !== undefined;
const rowsOf = (checkpoint: Checkpoint, name: string): number => tensorNamed(checkpoint, name)?.shape[0] ?? 0;
