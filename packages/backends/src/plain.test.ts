import { createPlainExecutor } from '@albert-web/core';
import { useBackendUnderTest } from '@albert-web/testing';
import { beforeAll } from 'vitest';
import { describeExecutor } from './testing/encoder-conformance.ts';

beforeAll(useBackendUnderTest);

// Tests the suite itself: it compares with the plain encoder, so every case must pass. Only on `cpu`, where this executor is
// used; training runs the same encoder on other backends, where core's `model.device.test.ts` tests it.
describeExecutor('plain encoder', {
  create: (config, weights) => Promise.resolve(createPlainExecutor(config, weights)),
  tolerance: 1e-4,
});
