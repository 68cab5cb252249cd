/** Shared by the suites for encoders and for whole models: shapes chosen to break kernels, masks, and a comparison. */
import { defaultConfig, type AlbertConfig } from '@albert-web/core';
import { maxAbsDiff, type Random } from '@albert-web/testing';
import { expect } from 'vitest';

/** Which positions are padding. */
type MaskKind = 'none' | 'suffix' | 'holes' | 'empty row';

/** One batch. */
export interface InputShape {
  readonly batch: number;
  readonly length: number;
  readonly maskKind: MaskKind;
}

/** Sizes around the edges of tiles and vectors; masks from none to a row without a single token. */
export const shapes: { title: string; overrides: Partial<AlbertConfig>; inputs: InputShape[] }[] = [
  {
    title: 'every size a multiple of 16',
    overrides: {},
    inputs: [
      { batch: 1, length: 1, maskKind: 'none' },
      { batch: 1, length: 2, maskKind: 'none' },
      { batch: 1, length: 7, maskKind: 'none' },
      { batch: 3, length: 8, maskKind: 'suffix' },
      { batch: 2, length: 13, maskKind: 'holes' },
      { batch: 3, length: 5, maskKind: 'empty row' },
      { batch: 5, length: 33, maskKind: 'suffix' },
      { batch: 1, length: 64, maskKind: 'none' },
      { batch: 5, length: 130, maskKind: 'none' },
    ],
  },
  {
    title: 'no size a multiple of 4',
    overrides: { embedding_size: 10, hidden_size: 42, num_attention_heads: 3, intermediate_size: 59 },
    inputs: [
      { batch: 1, length: 1, maskKind: 'none' },
      { batch: 2, length: 11, maskKind: 'suffix' },
      { batch: 3, length: 19, maskKind: 'empty row' },
    ],
  },
  {
    title: 'heads of one element, intermediate smaller than hidden',
    overrides: { embedding_size: 3, hidden_size: 5, num_attention_heads: 5, intermediate_size: 2 },
    inputs: [{ batch: 2, length: 6, maskKind: 'holes' }],
  },
  {
    title: 'nothing shared, two inner layers, exact GELU',
    overrides: { cross_layer_sharing: 'none', inner_group_num: 2, hidden_act: 'gelu' },
    inputs: [{ batch: 2, length: 9, maskKind: 'suffix' }],
  },
  {
    title: 'attention shared, feed-forward not, ReLU',
    overrides: { cross_layer_sharing: 'attention', hidden_act: 'relu' },
    inputs: [{ batch: 2, length: 9, maskKind: 'suffix' }],
  },
];

/** Returns a configuration that runs in milliseconds. */
export function smallConfig(overrides: Partial<AlbertConfig> = {}): AlbertConfig {
  return {
    ...defaultConfig,
    vocab_size: 50,
    embedding_size: 16,
    hidden_size: 48,
    num_hidden_layers: 2,
    num_attention_heads: 3,
    intermediate_size: 80,
    max_position_embeddings: 130,
    ...overrides,
  };
}

/** Returns the mask of one row: 1 for a token, 0 for padding. */
export function maskRow(row: number, length: number, kind: MaskKind, random: Random): number[] {
  const tokens = kind === 'suffix' ? random.integer(1, length + 1) : length;
  return Array.from({ length }, (_, column) => {
    if (kind === 'holes') return column === 0 || random.uniform() < 0.6 ? 1 : 0;
    if (kind === 'empty row' && row === 1) return 0;
    return column < tokens ? 1 : 0;
  });
}

/** Fails if two lists differ in length, or anywhere by more than the tolerance. */
export function expectNear(
  actual: ArrayLike<number> | undefined,
  expected: ArrayLike<number> | undefined,
  tolerance: number,
  what: string,
): void {
  if (!actual || !expected) expect.fail(`${what} is missing`);
  expect(actual.length, what).toBe(expected.length);
  expect(maxAbsDiff(actual, expected), `${what}: largest difference`).toBeLessThanOrEqual(tolerance);
}
