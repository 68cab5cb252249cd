import { createPlainExecutor } from '@albert-web/core';
import { useBackendUnderTest } from '@albert-web/testing';
import { beforeAll } from 'vitest';
import { describeExecutor } from './testing/encoder-conformance.ts';

beforeAll(useBackendUnderTest);

// The suite is itself tested here: the plain encoder is what it compares with, so every case must pass. Only on `cpu`, where this
// executor is used; in training the same encoder runs on other backends, where `model.device.test.ts` of core tests it.
describeExecutor('plain encoder', {
  create: (config, weights) => Promise.resolve(createPlainExecutor(config, weights)),
  tolerance: 1e-4,
});
