/** Errors across the boundary: an AlbertError arrives as one, with its name, message, fields and cause. */
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

/** What was thrown, or told to a callback: an AlbertError taken apart, or anything else as structured cloning has it. */
export type SentValue = { readonly albert: SentError } | { readonly other: unknown };

/** Replaces comlink's own handling of what is thrown, which makes every error a bare `Error`. Both sides call it. */
export function installErrorTransfer(): void {
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

/** The sending side of {@link fromMessage}. */
export function toMessage(value: unknown): SentValue {
  if (!(value instanceof AlbertError)) return { other: value };
  const { name, message, stack } = value;
  const fields = Object.fromEntries(Object.entries(value));
  return { albert: { name, message, stack, fields, ...('cause' in value && { cause: toCause(value.cause) }) } };
}

/** What is no error may be a thing that cannot be posted, and must not take the error along: it goes as text. */
function toCause(cause: unknown): SentValue {
  return toMessage(cause instanceof Error || cause === undefined ? cause : messageOf(cause));
}

/** The value again; an AlbertError with its name, message, fields and cause. */
export function fromMessage(sent: SentValue): unknown {
  if ('other' in sent) return sent.other;
  const { name, message, stack, fields, cause } = sent.albert;
  const options = cause && { cause: fromMessage(cause) };
  return Object.assign(new AlbertError({ problem: message, remedy: '' }, options), fields, { name, stack });
}
