/** Modules of a sentence encoder that do not fit together are rejected: a vector would be cut or filled with zeros. */
import { SentenceModuleError, type SentenceModule } from '@albert-web/checkpoints';
import { plainWeights } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { checkWidths } from './sentence-vector.ts';

const weights = plainWeights(new Map());
const pooling: SentenceModule = { kind: 'pooling', modes: ['mean', 'max'], includesPrompt: true };
const dense = (inputs: number, outputs: number): SentenceModule => ({
  kind: 'dense',
  weights,
  inputs,
  outputs,
  bias: true,
  activation: 'Tanh',
});
const layerNorm = (size: number): SentenceModule => ({ kind: 'layerNorm', weights, size });

it('accepts modules that fit', () => {
  expect(() => checkWidths([pooling, dense(16, 4), layerNorm(4), dense(4, 2), { kind: 'normalize' }], 8)).not.toThrow();
});

it.each([
  ['too wide for one pooling', [pooling, dense(8, 4)], /takes vectors of 8 numbers.*gives 16/u],
  ['wider than its input', [pooling, dense(24, 4)], /takes vectors of 24/u],
  [
    'not as wide as the output of the Dense before it',
    [pooling, dense(16, 4), layerNorm(16)],
    /LayerNorm module takes vectors of 16/u,
  ],
])('rejects a module that is %s', (_, modules, message) => {
  expect(() => checkWidths(modules, 8)).toThrow(SentenceModuleError);
  expect(() => checkWidths(modules, 8)).toThrow(message);
});
