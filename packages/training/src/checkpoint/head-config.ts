import { architectureOf, headOf, numLabels, type AlbertConfig, type Head } from '@albert-web/core';

/** The configuration with another head, for heads without classes. */
export function withHead(config: AlbertConfig, head: Head): AlbertConfig {
  return { ...config, architectures: [architectureOf(head)] };
}

/**
 * The configuration of a classifier for these labels. Labels that are mere numbers say less than the names of a classifier
 * with as many classes: those stay. In which language the rows are is not known, nor where the new head is unsure.
 *
 * @param labels absent: a regression.
 */
export function withLabels(config: AlbertConfig, labels: readonly string[] | undefined): AlbertConfig {
  const { language: _language, unsure: _unsure, ...kept } = config;
  const names = labels ?? ['LABEL_0'];
  const numbers = !labels || labels.every((label) => /^\d+$/u.test(label));
  const keepsNames = numbers && headOf(config) === 'sequence_classification' && numLabels(config) === names.length;
  return {
    ...withHead(kept, 'sequence_classification'),
    ...(!keepsNames && {
      id2label: Object.fromEntries(names.map((name, index) => [index, name])),
      label2id: Object.fromEntries(names.map((name, index) => [name, index])),
    }),
    problem_type: labels ? 'single_label_classification' : 'regression',
  };
}
