import { afterEach, expect, it, vi } from 'vitest';
import { runsInNode } from './runtime.ts';

afterEach(() => vi.unstubAllGlobals());

it('recognizes Node', () => {
  expect(runsInNode()).toBe(true);
});

it.each([
  ['no process', undefined],
  ['only process.env, as bundlers inject it', { env: {} }],
  ["browserify's and webpack's process", { env: {}, version: '', versions: {} }],
])('does not mistake a page for Node: %s', (_, imitation) => {
  vi.stubGlobal('process', imitation);
  expect(runsInNode()).toBe(false);
});
