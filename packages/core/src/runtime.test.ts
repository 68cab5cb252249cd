import { afterEach, expect, it, vi } from 'vitest';
import { runsInNode } from './runtime.ts';

afterEach(() => vi.unstubAllGlobals());

it('knows Node', () => {
  expect(runsInNode()).toBe(true);
});

it.each([
  ['no process', undefined],
  ['one with an environment alone, as bundlers put it in', { env: {} }],
  ['the one that browserify and webpack give', { env: {}, version: '', versions: {} }],
])('takes a page for a page: %s', (_, imitation) => {
  vi.stubGlobal('process', imitation);
  expect(runsInNode()).toBe(false);
});
