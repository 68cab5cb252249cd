import { AlbertError } from '@albert-web/errors';

/** A checkpoint of another tool does not follow its format, or holds what cannot be converted. */
export class ConvertError extends AlbertError {
  override readonly name = 'ConvertError';
}

/** @param file what is being read, for the message. */
export function cannotConvert(file: string, problem: string, cause?: unknown): ConvertError {
  return new ConvertError(
    {
      problem: `${file} ${problem}`,
      remedy: 'Check that the file is complete and of the kind it should be',
    },
    { cause },
  );
}
