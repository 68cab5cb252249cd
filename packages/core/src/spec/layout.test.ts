import { describe, expect, it } from 'vitest';
import type { CrossLayerSharing } from './index.ts';
import { countParameters, defaultConfig, encoderLayers, modelWeights, paperSizes } from './index.ts';

describe('encoderLayers', () => {
  const layers = { ...defaultConfig, num_hidden_layers: 4 };

  it('shares one layer by default', () => {
    expect(
      new Set(
        encoderLayers(layers)
          .flat()
          .map(({ attention }) => attention),
      ).size,
    ).toBe(1);
  });

  it('assigns consecutive layers to each group, and runs its inner layers in order', () => {
    const grouped = encoderLayers({ ...layers, num_hidden_groups: 2, inner_group_num: 2 });
    const names = grouped.map((inner) => inner.map(({ feedForward }) => feedForward.replace(/\D+/gu, ' ').trim()));
    expect(names).toEqual([
      ['0 0', '0 1'],
      ['0 0', '0 1'],
      ['1 0', '1 1'],
      ['1 0', '1 1'],
    ]);
  });

  it.each<[CrossLayerSharing, number, number]>([
    ['all', 1, 1],
    ['attention', 1, 4],
    ['ffn', 4, 1],
    ['none', 4, 4],
  ])('shares %s: %d attention and %d feed-forward halves', (cross_layer_sharing, attention, feedForward) => {
    const flat = encoderLayers({ ...layers, cross_layer_sharing }).flat();
    expect(new Set(flat.map((names) => names.attention)).size).toBe(attention);
    expect(new Set(flat.map((names) => names.feedForward)).size).toBe(feedForward);
  });
});

describe('countParameters', () => {
  // Hugging Face: sum(p.numel() for p in AlbertModel(config).parameters()).
  it.each([
    ['base', 11_683_584],
    ['large', 17_683_968],
    ['xlarge', 58_724_864],
    ['xxlarge', 222_595_584],
  ] as const)('counts ALBERT %s as transformers does', (size, parameters) => {
    expect(countParameters({ ...defaultConfig, ...paperSizes[size] })).toBe(parameters);
  });

  it.each([
    ['base', 108],
    ['large', 334],
  ] as const)("matches the paper's figure for BERT %s: unfactorized, unshared", (size, millions) => {
    const bert = { ...defaultConfig, ...paperSizes[size], embedding_size: paperSizes[size].hidden_size };
    const parameters = countParameters({ ...bert, cross_layer_sharing: 'none' }, 'encoder');
    expect(Math.round(parameters / 1e6)).toBe(millions);
  });
});

it('lists each weight once, however many layers use it', () => {
  const names = modelWeights(defaultConfig, 'pretraining').map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
