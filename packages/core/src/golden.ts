/**
 * Recordings of other implementations: forward passes of Hugging Face transformers, and a sentence encoder's embeddings. `albert verify`
 * reads them, and tests compare with them.
 *
 * @packageDocumentation
 */
/** A tensor as JSON: numbers in nested arrays. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** One recorded pass. Inputs are `[batch, length]`, or `[batch, choice, length]` for multiple choice. */
export interface ForwardGolden {
  readonly input_ids: NestedNumbers;
  readonly attention_mask: NestedNumbers;
  readonly token_type_ids: NestedNumbers;
  readonly outputs: Readonly<Record<string, NestedNumbers>>;
}

/** A sentence encoder's embeddings and verdicts, recorded with PyTorch and sentence-transformers. */
export interface SentenceGolden {
  readonly sentences: readonly {
    readonly text: string;
    /** Token ids. `albert verify` does not need them. */
    readonly ids?: readonly number[];
    readonly embedding: readonly number[];
  }[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly cosine: number;
    readonly probability: number;
  }[];
}

/** Returns the inputs of a recorded pass. Hugging Face flattens `[batch, choice, length]` to `[batch * choice, length]`. */
export function goldenInputs(golden: ForwardGolden): Record<'inputIds' | 'attentionMask' | 'tokenTypeIds', number[][]> {
  const rows = (nested: NestedNumbers): number[][] =>
    (choicesOf(golden) > 1 ? nested.flat() : nested) as unknown as number[][];
  return {
    inputIds: rows(golden.input_ids),
    attentionMask: rows(golden.attention_mask),
    tokenTypeIds: rows(golden.token_type_ids),
  };
}

/** Returns the number of choices per example of a recorded pass: 1 unless it is multiple choice. */
export function choicesOf({ input_ids: [first] }: ForwardGolden): number {
  return Array.isArray(first) && Array.isArray(first[0]) ? first.length : 1;
}

/** Flattens a nested array in row-major order. */
export function flattenNumbers(nested: NestedNumbers): number[] {
  return nested.flatMap((item) => (typeof item === 'number' ? [item] : flattenNumbers(item)));
}
