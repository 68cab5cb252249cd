import type { ModelLocation } from '@albert-web/checkpoints';
import { expect, it } from 'vitest';
import { modelCard } from './model-card.ts';
import type { RunState } from './session.ts';

const cardOf = (location: ModelLocation | undefined): string =>
  modelCard('mine', {
    phase: 'ended',
    job: {
      location,
      backends: ['wasm'],
      labels: ['no', 'yes'],
      train: [],
      heldOut: [],
      settings: { batchSize: 8, freeze: 'nothing', learningRate: 1e-4, seed: 1 } as RunState['job']['settings'],
    },
    loaded: 1,
    backend: 'wasm',
    threads: 1,
    steps: 1,
    losses: [1],
    durations: [1],
    evaluations: [],
    current: undefined,
    error: undefined,
  });

it.each([
  ['albert/albert-base-v2', 'albert/albert-base-v2', 'albert/albert-base-v2'],
  [
    'https://huggingface.co/albert/albert-base-v2',
    'https://huggingface.co/albert/albert-base-v2',
    'albert/albert-base-v2',
  ],
  ['/models/mine/', '/models/mine/', undefined],
  [new URL('https://example.org/models/mine/'), 'https://example.org/models/mine/', undefined],
  [[], 'files of the user', undefined],
  [undefined, '@albert-web/model-default', undefined],
] as const)('names the origin of %s, and the base model if it is on the Hub', (location, start, base) => {
  const card = cardOf(location);
  expect(card).toMatch(/^---\npipeline_tag: text-classification\n/u);
  expect(card).toContain(`- Start weights: ${start}\n`);
  expect(/^base_model: (.*)$/mu.exec(card)?.[1]).toBe(base);
});
