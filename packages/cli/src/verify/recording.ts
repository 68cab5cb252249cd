/** Reads the recordings that `verify` and `tokenize` compare with. */
import { InvalidArgumentError, messageOf } from '@albert-web/errors';
import * as v from 'valibot';
import { readWholeText } from '../training/read-text.ts';
import type { Golden } from './golden.ts';

const list = v.array(v.unknown());
const numbers = v.array(v.number());

const forward = v.object({
  input_ids: list,
  attention_mask: list,
  token_type_ids: list,
  outputs: v.record(v.string(), list),
});

const sentence = v.object({
  sentences: v.array(v.object({ text: v.string(), embedding: numbers })),
  pairs: v.array(v.object({ a: v.string(), b: v.string(), cosine: v.number(), probability: v.number() })),
});

const tokenizer = v.object({
  cases: v.array(v.object({ text: v.string(), ids: numbers })),
  pairs: v.array(
    v.object({
      a: v.string(),
      b: v.string(),
      max_length: v.number(),
      input_ids: numbers,
      token_type_ids: numbers,
      attention_mask: numbers,
    }),
  ),
});

/** Recorded tokenizations: single texts, and pairs truncated and padded to `max_length`. */
export type TokenizerGolden = v.InferOutput<typeof tokenizer>;

/** Reads the recorded outputs of a model. @throws InvalidArgumentError if the file cannot be read or has another format */
export async function readGolden(file: string): Promise<Golden> {
  return (await readRecording(file, v.union([v.pipe(v.array(forward), v.minLength(1)), sentence]))) as Golden;
}

/** Reads the recorded ids of a tokenizer. @throws InvalidArgumentError if the file cannot be read or has another format */
export function readTokenizerGolden(file: string): Promise<TokenizerGolden> {
  return readRecording(file, tokenizer);
}

async function readRecording<S extends v.GenericSchema>(file: string, schema: S): Promise<v.InferOutput<S>> {
  try {
    return v.parse(schema, JSON.parse(await readWholeText(file)));
  } catch (error) {
    throw new InvalidArgumentError(
      {
        problem: `${file} is not a readable recording: ${messageOf(error)}`,
        remedy: 'Name the recording of this model with --golden',
      },
      { cause: error },
    );
  }
}
