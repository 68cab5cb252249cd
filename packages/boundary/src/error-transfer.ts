/** Sends errors across the boundary: an AlbertError arrives with its class, name, message, fields and cause. */
import { AlbertError, messageOf } from '@albert-web/errors';
import { transferHandlers } from 'comlink';

interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Own fields of the class, such as `rejected` of NoBackendError. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause?: SentValue;
}

/** A value that was thrown or passed to a callback: an AlbertError as plain fields, or anything else, to be cloned. */
export type SentValue = { readonly albert: SentError } | { readonly other: unknown };

/** Classes of errors by their names. */
export type ErrorClasses = Readonly<Record<string, { readonly prototype: AlbertError }>>;

/** Prototypes for the errors that arrive here, by name. An error with another name becomes an `AlbertError`. */
const known = new Map<string, AlbertError>();

/**
 * Replaces comlink's handling of thrown values, which turns every error into a plain `Error`. Both sides must call it.
 *
 * @param classes the classes of the errors that arrive on this side, by name
 */
export function installErrorTransfer(classes: ErrorClasses = {}): void {
  for (const [name, { prototype }] of Object.entries(classes)) known.set(name, prototype);
  const original = transferHandlers.get('throw');
  if (!original) return;
  transferHandlers.set('throw', {
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize: ({ value }: { readonly value: unknown }) => [toMessage(value), []],
    deserialize: (sent: SentValue): never => {
      throw fromMessage(sent);
    },
  });
}

/** Converts a value for sending. {@link fromMessage} restores it. */
export function toMessage(value: unknown): SentValue {
  if (!(value instanceof AlbertError)) return { other: value };
  const { name, message, stack } = value;
  const fields = Object.fromEntries(Object.entries(value));
  return { albert: { name, message, stack, fields, ...('cause' in value && { cause: toCause(value.cause) }) } };
}

/** Converts a cause for sending. One that is not an error may not be cloneable, so it is sent as text. */
function toCause(cause: unknown): SentValue {
  return toMessage(cause instanceof Error || cause === undefined ? cause : messageOf(cause));
}

/** Restores a value from {@link toMessage}. An AlbertError gets its class, name, message, fields and cause back. */
export function fromMessage(sent: SentValue): unknown {
  if ('other' in sent) return sent.other;
  const { name, message, stack, fields, cause } = sent.albert;
  const options = cause && { cause: fromMessage(cause) };
  const error = new AlbertError({ problem: message, remedy: '' }, options);
  Object.setPrototypeOf(error, known.get(name) ?? AlbertError.prototype);
  return Object.assign(error, fields, { name, stack });
}
