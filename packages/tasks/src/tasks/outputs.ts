/** What a model gives, as it gives it. */
import type { HostTensor } from '@albert-web/core';
import type { TextInput } from '@albert-web/tokenizer';
import type { ManyOptions, Session } from '../engine/session.ts';

/** The outputs for one input by name: `logits` of `[classes]` or `[length, classes]`, `last_hidden_state` of `[length, hidden]`. */
export type ModelOutputs = Readonly<Record<string, HostTensor>>;

/** Which outputs are given. */
export interface OutputsOptions extends ManyOptions {
  /** `false` leaves the head out, whatever it is, and gives the encoder's `last_hidden_state`. Default true. */
  readonly head?: boolean | undefined;
}

/** The outputs for each input, in order. */
export async function outputsOf(
  session: Session,
  inputs: readonly TextInput[],
  { head = true, ...options }: OutputsOptions = {},
): Promise<ModelOutputs[]> {
  const results = await session.run(inputs, { ...options, withoutHead: !head });
  // Copies: a view would take the whole batch along when it is posted to another thread.
  return results.map(({ outputs }) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, { shape, values }]) => [name, { shape, values: values.slice() }]),
    ),
  );
}
