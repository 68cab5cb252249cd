import { expect, it } from 'vitest';
import { activationNamed, activationNames, activations, readConfig } from './index.ts';

it('gives each activation its own nonzero code for kernels', () => {
  const codes = activationNames.map((name) => activations[name].code);
  expect(new Set([0, ...codes]).size).toBe(codes.length + 1);
});

// By the class of each name in transformers 4.57 `ACT2FN`: NewGELU, FastGELU, PytorchGELUTanh and AccurateGELU are the
// same tanh form; GELUActivation, with or without `use_gelu_python`, is the erf form.
it.each([
  ['gelu_new', 'gelu_new'],
  ['gelu_fast', 'gelu_new'],
  ['gelu_pytorch_tanh', 'gelu_new'],
  ['gelu_accurate', 'gelu_new'],
  ['gelu', 'gelu'],
  ['gelu_python', 'gelu'],
  ['relu', 'relu'],
  ['silu', 'silu'],
  ['swish', 'silu'],
  ['tanh', 'tanh'],
] as const)('reads %s as %s', (name, activation) => {
  expect(activationNamed(name)).toBe(activation);
  expect(readConfig({ hidden_act: name }).hidden_act).toBe(activation);
});

it.each(['quick_gelu', 'gelu_10', 'relu6', 'mish', 'toString'])('does not know %s', (name) => {
  expect(activationNamed(name)).toBeUndefined();
});
