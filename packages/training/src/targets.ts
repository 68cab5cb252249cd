import type { RawInputs } from '@albert-web/core';

/** The expected outputs for a batch. */
export type Targets =
  | { readonly kind: 'classes'; readonly classes: readonly number[] }
  /** Real numbers, for a model with one label. */
  | { readonly kind: 'values'; readonly values: readonly number[] }
  /** The batch is `[questions * choices, length]`; `correct[question]` is a choice. */
  | { readonly kind: 'choice'; readonly choices: number; readonly correct: readonly number[] }
  /** First and last token of the answer in each row; 0 if there is none. */
  | { readonly kind: 'span'; readonly starts: readonly number[]; readonly ends: readonly number[] }
  /** `places[i]` is `row * length + position` of a masked token, `ids[i]` its original id; `swapped[row]` is 1 or 0. */
  | {
      readonly kind: 'pretraining';
      readonly places: readonly number[];
      readonly ids: readonly number[];
      readonly swapped: readonly number[];
    };

/** Model inputs with a mask, and the expected outputs. */
export interface TrainingBatch {
  readonly inputs: RawInputs & Required<Pick<RawInputs, 'attentionMask' | 'tokenTypeIds'>>;
  readonly targets: Targets;
}
