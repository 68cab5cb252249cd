/** Data in JSON: read, and held to what the format says it is. */
import { messageOf } from '@albert-web/errors';
import * as v from 'valibot';
import { TrainingDataError } from '../errors.ts';

/** What is read, as errors name it. */
export interface JsonSource {
  /** The file, and where in it: `high/1.txt`, `line 3 of high/1.txt`. */
  readonly file: string;
  /** Its format, after "a": `SQuAD file`. */
  readonly format: string;
  /** What would have been right, as a sentence without its stop. */
  readonly expected: string;
}

/** Parses JSON; a byte order mark before it is no part of it. @throws TrainingDataError */
export function parseJson(text: string, source: JsonSource): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, '')) as unknown;
  } catch (cause) {
    throw wrongFormat(source, text.trim() === '' ? 'it is empty' : `it is not JSON: ${messageOf(cause)}`, { cause });
  }
}

/** The JSON as the schema has it. @throws TrainingDataError that names the first place where it is something else. */
export function checkJson<const Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
  source: JsonSource,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  throw wrongFormat(source, place ? `at ${place}: ${issue.message}` : issue.message);
}

/** @param what is wrong with the file. */
export function wrongFormat(source: JsonSource, what: string, options?: ErrorOptions): TrainingDataError {
  const { file, format, expected } = source;
  return new TrainingDataError(
    {
      problem: `${file} is not a ${format}: ${what}`,
      expected,
      remedy: 'Check that the path leads to the right file, and that the file is whole',
    },
    options,
  );
}
