import { createPlainExecutor } from '@albert-web/core';
import { useBackendUnderTest } from '@albert-web/testing';
import { beforeAll } from 'vitest';
import { describeExecutor } from './testing/encoder-conformance.ts';

beforeAll(useBackendUnderTest);

// The suite is itself tested here: the plain encoder is what it compares with, so every case must pass.
describeExecutor('plain encoder', {
  create: (config, weights) => Promise.resolve(createPlainExecutor(config, weights)),
  tolerance: 1e-4,
});
