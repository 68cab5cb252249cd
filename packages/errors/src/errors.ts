/**
 * The base of every named error in albert-web.
 *
 * A message says three things: what was wrong, what was expected, and what to do. A package declares one small subclass
 * for each cause that a caller may want to tell apart, in a file `errors.ts` that contains no code that throws it.
 */

/** Which problem an error is about, with the values that its message mentions. The code is stable, the message is not. */
export interface Reason {
  readonly code: string;
}

/** The parts of an error message. */
export interface Explanation {
  /** What was wrong, with the offending value: `Tensor "pooler.bias" has shape [12]`. */
  readonly problem: string;
  /** What would have been right: `expected [384]`. */
  readonly expected?: string;
  /** What the reader can do about it. */
  readonly remedy: string;
  /** For programs that explain the problem in other words or in another language. */
  readonly reason?: Reason;
}

/** An error that a caller can recognize by its `name`, even across a worker boundary, and that a person can act on. */
export class AlbertError extends Error {
  override readonly name: string = 'AlbertError';
  /** Set if one class covers several problems. */
  readonly reason: Reason | undefined;

  constructor({ problem, expected, remedy, reason }: Explanation, options?: ErrorOptions) {
    super([problem, expected, remedy].filter(Boolean).map(endWithStop).join(' '), options);
    this.reason = reason;
  }
}

/** An argument of a public function is not what its documentation requires. */
export class InvalidArgumentError extends AlbertError {
  override readonly name = 'InvalidArgumentError';
}

/** Something was used after `dispose()`. */
export class DisposedError extends AlbertError {
  override readonly name = 'DisposedError';

  /** @param what the disposed object, in the caller's terms: `the model`. */
  constructor(what: string) {
    super({
      problem: `${capitalize(what)} was used after dispose()`,
      remedy: `Load ${what} again, or dispose it later`,
    });
  }
}

/** There is not enough memory for a file, a model or a batch. */
export class OutOfMemoryError extends AlbertError {
  override readonly name = 'OutOfMemoryError';

  /** @param bytes the size of the allocation that failed */
  constructor(bytes: number, options?: ErrorOptions) {
    super(
      {
        problem: `There is not enough memory: ${Math.ceil(bytes / 2 ** 20)} MiB more are needed`,
        remedy: "Use a smaller model, precision: 'q8', fewer threads, or fewer or shorter texts at a time",
      },
      options,
    );
  }
}

/** A file has fields that this library does not know. */
export class UnknownFieldWarning extends AlbertError {
  override readonly name = 'UnknownFieldWarning';

  constructor(
    readonly file: string,
    readonly fields: readonly string[],
  ) {
    super({
      problem: `${file} has ${listed(fields)}, which ${fields.length === 1 ? 'is' : 'are'} not known here and ${fields.length === 1 ? 'was' : 'were'} ignored`,
      expected: 'If the model was made with software that reads them, its answers may differ here',
      remedy: 'Compare an answer with that software, and remove what changes nothing from the file',
    });
  }
}

/** Handles a warning if the caller gave no handler. */
export const logWarning = (warning: AlbertError): void => console.warn(warning.message);

/** Returns the `message` of an Error, or any other thrown value as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const endWithStop = (sentence: string | undefined): string =>
  /[.!?]$/u.test(sentence ?? '') ? `${sentence}` : `${sentence}.`;
const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Lists the first few names: a file could have thousands. */
function listed(names: readonly string[]): string {
  const first = names.slice(0, 8).map((name) => JSON.stringify(name.slice(0, 60)));
  return names.length > 8 ? `${first.join(', ')} and ${names.length - 8} more` : first.join(', ');
}
