import { architectureOf, headOf, numLabels, type AlbertConfig, type Head } from '@albert-web/core';
import { defaultConfig } from '@albert-web/core/spec';

/**
 * Returns the configuration with another head, for heads without classes. A classifier's classes are dropped: Hugging Face's
 * question answering would use their number as its number of outputs.
 */
export function withHead(config: AlbertConfig, head: Head): AlbertConfig {
  const { id2label, label2id, problem_type } = defaultConfig;
  return { ...ofEncoder(config), architectures: [architectureOf(head)], id2label, label2id, problem_type };
}

/**
 * Returns the configuration of a classifier for these labels. If the labels are only numbers, and the model is already a
 * classifier with as many classes, it keeps its more descriptive names.
 *
 * @param labels undefined for a regression
 */
export function withLabels(config: AlbertConfig, labels: readonly string[] | undefined): AlbertConfig {
  const names = labels ?? ['LABEL_0'];
  const numbers = !labels || labels.every((label) => /^\d+$/u.test(label));
  const keepsNames = numbers && headOf(config) === 'sequence_classification' && numLabels(config) === names.length;
  return {
    ...ofEncoder(config),
    architectures: [architectureOf('sequence_classification')],
    ...(!keepsNames && {
      id2label: Object.fromEntries(names.map((name, index) => [index, name])),
      label2id: Object.fromEntries(names.map((name, index) => [name, index])),
    }),
    problem_type: labels ? 'single_label_classification' : 'regression',
  };
}

/** Removes the fields that describe the old head: its language, its unsure range, and the activation of its scores. */
function ofEncoder(config: AlbertConfig): AlbertConfig {
  const { language: _language, unsure: _unsure, sentence_transformers: _scores, ...kept } = config;
  return kept;
}
