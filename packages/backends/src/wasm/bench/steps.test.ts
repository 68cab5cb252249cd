import { readFile } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { measurePeak } from './steps.ts';

const builds = new URL('../../../../kernels/src/build/', import.meta.url);
/** The second byte of the opcode of `i32x4.relaxed_dot_i8x16_i7x16_add_s`, which the probe for relaxed SIMD contains. */
const relaxedOpcode = 0x93;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it.each(['f32', 'q8'] as const)('measures plain SIMD in %s if the engine has no relaxed SIMD', async (precision) => {
  const { validate } = WebAssembly;
  vi.spyOn(WebAssembly, 'validate').mockImplementation(
    (bytes) => !(bytes as Uint8Array).includes(relaxedOpcode) && validate(bytes),
  );
  const fetched: string[] = [];
  vi.stubGlobal('fetch', async (url: URL) => {
    fetched.push(url.href);
    return new Response(await readFile(url));
  });
  expect(await measurePeak(builds, precision, 2)).toBeGreaterThan(0);
  expect(fetched).toEqual([new URL('testing-plain.wasm', builds).href]);
});
