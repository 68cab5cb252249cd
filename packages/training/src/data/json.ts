/** Reads JSON data and checks it against a schema. */
import { messageOf } from '@albert-web/errors';
import * as v from 'valibot';
import { TrainingDataError } from '../errors.ts';

/** Describes the data in error messages. */
export interface JsonSource {
  /** The file, or a position in it: `high/1.txt`, `line 3 of high/1.txt`. */
  readonly file: string;
  /** Name of the format, without its article: `SQuAD file`. */
  readonly format: string;
  /** What was expected, as a sentence without a period. */
  readonly expected: string;
}

/** Parses JSON, ignoring a byte order mark. @throws TrainingDataError */
export function parseJson(text: string, source: JsonSource): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, '')) as unknown;
  } catch (cause) {
    throw wrongFormat(source, text.trim() === '' ? 'it is empty' : `it is not JSON: ${messageOf(cause)}`, { cause });
  }
}

/** Validates JSON against a schema. @throws TrainingDataError that names the first violation */
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

/** Creates the error for a file in the wrong format. @param what describes the problem */
export function wrongFormat(source: JsonSource, what: string, options?: ErrorOptions): TrainingDataError {
  const { file, format, expected } = source;
  return new TrainingDataError(
    {
      problem: `${file} is not a ${format}: ${what}`,
      expected,
      remedy: 'Check that this is the right file, and that it is complete',
    },
    options,
  );
}
