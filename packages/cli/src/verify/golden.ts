/** The two kinds of recordings that `albert verify` reads. */

type NestedNumbers = readonly (number | NestedNumbers)[];

/** A forward pass, with nested arrays `[batch, length]`, or `[batch, choice, length]` for multiple choice. */
export interface ForwardGolden {
  readonly input_ids: NestedNumbers;
  readonly attention_mask: NestedNumbers;
  readonly token_type_ids: NestedNumbers;
  readonly outputs: Readonly<Record<string, NestedNumbers>>;
}

/** A sentence encoder's embeddings and verdicts. */
export interface SentenceGolden {
  readonly sentences: readonly { readonly text: string; readonly embedding: readonly number[] }[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly cosine: number;
    readonly probability: number;
  }[];
}

export type Golden = readonly ForwardGolden[] | SentenceGolden;

export function isSentenceGolden(golden: Golden): golden is SentenceGolden {
  return 'sentences' in golden;
}

/** Choices per question; 1 unless the head is multiple choice. */
export function choicesOf({ input_ids: [first] }: ForwardGolden): number {
  return Array.isArray(first) && Array.isArray(first[0]) ? first.length : 1;
}

/** Rows of token ids or masks, choices flattened into the batch as Hugging Face does. */
export function rowsOf(golden: ForwardGolden, nested: NestedNumbers): number[][] {
  return (choicesOf(golden) > 1 ? nested.flat() : nested) as unknown as number[][];
}

/** The numbers of a nested array, row-major. */
export function flatten(nested: NestedNumbers): number[] {
  return nested.flatMap((item) => (typeof item === 'number' ? [item] : flatten(item)));
}
