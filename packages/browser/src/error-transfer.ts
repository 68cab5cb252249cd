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
  return { albert: { name, message, stack, fields: Object.fromEntries(Object.entries(value)) } };
}

/** The value again; an AlbertError with its name, message and fields. */
export function fromMessage(sent: SentValue): unknown {
  if ('other' in sent) return sent.other;
  const { name, message, stack, fields } = sent.albert;
  return Object.assign(new AlbertError({ problem: message, remedy: '' }), fields, { name, stack });
}
