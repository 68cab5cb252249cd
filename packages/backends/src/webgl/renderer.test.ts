import { afterEach, expect, it, vi } from 'vitest';
import { readRenderer } from './renderer.ts';

/** As in WebKitGTK, where an OffscreenCanvas has no WebGL 2. */
class CanvasWithoutWebgl {
  readonly getContext = (): null => null;
}

function fakeDocument(renderer: string) {
  const context = { RENDERER: 1, getExtension: () => null, getParameter: () => renderer };
  return { createElement: () => ({ getContext: () => context }) };
}

afterEach(() => vi.unstubAllGlobals());

it('reads WebGL from a canvas of the document if OffscreenCanvas has none', () => {
  vi.stubGlobal('OffscreenCanvas', CanvasWithoutWebgl);
  vi.stubGlobal('document', fakeDocument('Apple GPU'));
  expect(readRenderer()).toBe('Apple GPU');
});

it('finds none in a worker of such a browser', () => {
  vi.stubGlobal('OffscreenCanvas', CanvasWithoutWebgl);
  expect(readRenderer()).toBeUndefined();
});
