/** The raw outputs of a model. */
import { copyOf, flag, type Rules } from '@albert-web/errors';
import { headChains, type Head, type HostTensor } from '@albert-web/core';
import type { TextInput } from '@albert-web/tokenizer';
import type { ManyOptions, Session } from '../engine/session.ts';
import { manyOptions, textsOrPairs, type Signature } from '../signatures.ts';

/** The outputs for one input by name: `logits` of `[classes]` or `[length, classes]`, `last_hidden_state` of `[length, hidden]`. */
export type ModelOutputs = Readonly<Record<string, HostTensor>>;

/** Options of `outputs`. */
export interface OutputsOptions extends ManyOptions {
  /** `false` skips the head, whatever it is, and returns the encoder's `last_hidden_state`. Default true. */
  readonly head?: boolean | undefined;
}

/** The signature of `outputs`. */
export const outputsSignature: Signature<'inputs'> = {
  arguments: { inputs: textsOrPairs },
  options: { ...manyOptions, head: flag } satisfies Rules<Required<OutputsOptions>>,
};

/** Computes the outputs for each input, in order. */
export async function outputsOf(
  session: Session,
  inputs: readonly TextInput[],
  { head = true, ...options }: OutputsOptions = {},
): Promise<ModelOutputs[]> {
  const results = await session.run(inputs, { ...options, withoutHead: !head });
  const byToken = outputsByToken(session.head);
  // Copies: a view would take the whole batch along when it is posted to another thread.
  return results.map(({ encoding, outputs }) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, { shape, values }]) => {
        if (!byToken.has(name)) return [name, { shape, values: copyOf(values) }];
        const [padded = 1, ...rest] = shape;
        const length = encoding.ids.length;
        return [
          name,
          { shape: [length, ...rest], values: copyOf(values.subarray(0, (values.length / padded) * length)) },
        ];
      }),
    ),
  );
}

/** Returns the names of the outputs with one row per token. The rows of padding must be cut off. */
function outputsByToken(head: Head): Set<string> {
  const named = headChains(head).flatMap(({ outputs }) => Object.entries(outputs));
  return new Set([
    'last_hidden_state',
    ...named.filter(([, { shape }]) => shape[1] === 'length').map(([name]) => name),
  ]);
}
