import { readFixture, readFixtureJson } from '@albert-web/testing';

/** One text and its ids from Hugging Face, `[CLS]` and `[SEP]` included. */
export interface TextCase {
  readonly text: string;
  readonly ids: readonly number[];
}

/** Recorded from transformers' AlbertTokenizer (slow, SentencePiece 0.2.3). */
export interface SlowGolden {
  readonly cases: readonly (TextCase & { readonly tokens: readonly string[] })[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly max_length: number;
    readonly input_ids: readonly number[];
    readonly token_type_ids: readonly number[];
    readonly attention_mask: readonly number[];
  }[];
  readonly variants: readonly { readonly config: object; readonly cases: readonly TextCase[] }[];
  readonly decoded: readonly { readonly ids: readonly number[]; readonly text: string; readonly plain: string }[];
}

/** Recorded from transformers' AlbertTokenizerFast (tokenizers 0.20.3). */
export interface FastGolden {
  /** `published`: ids with the layout of albert-base-v2's file, which splits at white space and adds only special tokens. */
  readonly cases: readonly (TextCase & { readonly published: readonly number[] })[];
  readonly windows: readonly {
    readonly first: string;
    readonly second?: string;
    readonly max_length: number;
    readonly stride: number;
    readonly ids: readonly (readonly number[])[];
  }[];
}

/** Recorded from transformers' BertTokenizer, and BertTokenizerFast as `fast`. */
export interface WordPieceGolden {
  readonly vocab: readonly string[];
  readonly tokenizer_json: Readonly<Record<string, object>>;
  readonly variants: readonly {
    readonly config: object;
    readonly cases: readonly (TextCase & { readonly tokens: readonly string[]; readonly fast: readonly number[] })[];
  }[];
}

/** ALBERT v1/v2's SentencePiece model. */
export const readSpiece = (): Promise<Uint8Array<ArrayBuffer>> => readFixture('tokenizer/spiece.model');
export const readSlowGolden = (): Promise<SlowGolden> => readFixtureJson('tokenizer/slow.json');
export const readFastGolden = (): Promise<FastGolden> => readFixtureJson('tokenizer/fast.json');
export const readWordPieceGolden = (): Promise<WordPieceGolden> => readFixtureJson('tokenizer/wordpiece.json');
