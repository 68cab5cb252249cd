import { ConvertError } from './errors.ts';

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
