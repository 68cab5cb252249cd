/**
 * The activations ALBERT computes with.
 *
 * Source: huggingface/transformers `activations.py` (`ACT2FN`).
 */

/** One activation function. */
interface ActivationSpec {
  /** What kernels are told; 0 is no activation. */
  readonly code: number;
  /** Other names transformers has for the same function. */
  readonly aliases: readonly string[];
}

/**
 * `gelu_new` is the tanh form of the v2 checkpoints, `gelu` the exact one by erf. `tanh` form and exact form differ by up
 * to 5e-4, so a name never stands for the other.
 */
export const activations = {
  gelu_new: { code: 1, aliases: ['gelu_pytorch_tanh', 'gelu_fast', 'gelu_accurate', 'gelu_python_tanh'] },
  gelu: { code: 2, aliases: ['gelu_python'] },
  relu: { code: 3, aliases: [] },
} as const satisfies Record<string, ActivationSpec>;

/** Activation of the feed-forward block, by Hugging Face's name. */
export type Activation = keyof typeof activations;

/** Every activation, in the order of the table. */
export const activationNames = Object.keys(activations) as Activation[];

/** The activation that `hidden_act` names, by its own name or an alias; undefined for one that is not computed here. */
export function activationNamed(name: string): Activation | undefined {
  return activationNames.find((own) => own === name || (activations[own].aliases as readonly string[]).includes(name));
}
