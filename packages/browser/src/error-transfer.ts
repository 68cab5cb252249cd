/** Errors across the boundary: an AlbertError arrives as one, with its name, message and fields. */
import { AlbertError } from '@albert-web/errors';
import { transferHandlers } from 'comlink';

interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Own fields of the class, such as `rejected` of NoBackendError. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What was thrown: an AlbertError taken apart, or anything else as structured cloning has it. */
type Thrown = { readonly albert: SentError } | { readonly other: unknown };

/** Replaces comlink's own handling of what is thrown, which makes every error a bare `Error`. Both sides call it. */
export function installErrorTransfer(): void {
  const original = transferHandlers.get('throw');
  if (!original) return;
  transferHandlers.set('throw', {
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize: ({ value }: { readonly value: unknown }) => [toMessage(value), []],
    deserialize: (thrown: Thrown): never => {
      throw fromMessage(thrown);
    },
  });
}

/** Exported for its test. */
export function toMessage(error: unknown): Thrown {
  if (!(error instanceof AlbertError)) return { other: error };
  const { name, message, stack } = error;
  return { albert: { name, message, stack, fields: Object.fromEntries(Object.entries(error)) } };
}

/** Exported for its test. */
export function fromMessage(thrown: Thrown): unknown {
  if ('other' in thrown) return thrown.other;
  const { name, message, stack, fields } = thrown.albert;
  return Object.assign(new AlbertError({ problem: message, remedy: '' }), fields, { name, stack });
}
