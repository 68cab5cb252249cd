import { architectureOf, headOf, numLabels, type AlbertConfig, type Head } from '@albert-web/core';
import { defaultConfig } from '@albert-web/core/spec';

/**
 * The configuration with another head, for heads without classes. A classifier's are forgotten: Hugging Face's question answering
 * would take their number for that of its own outputs.
 */
export function withHead(config: AlbertConfig, head: Head): AlbertConfig {
  const { id2label, label2id, problem_type } = defaultConfig;
  return { ...ofEncoder(config), architectures: [architectureOf(head)], id2label, label2id, problem_type };
}

/**
 * The configuration of a classifier for these labels. Labels that are mere numbers say less than the names of a classifier
 * with as many classes: those stay.
 *
 * @param labels absent: a regression.
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

/** Without what is not known of a new head: the language of its texts, where it is unsure, and another way to make scores of logits. */
function ofEncoder(config: AlbertConfig): AlbertConfig {
  const { language: _language, unsure: _unsure, sentence_transformers: _scores, ...kept } = config;
  return kept;
}
