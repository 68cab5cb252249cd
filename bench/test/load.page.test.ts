/** What a tab holds while base in q8 loads: a second copy of the weights would show. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { measureModelMemory } from '../src/load/index.ts';

const defaultModel = fileURLToPath(new URL('../../weights/default', import.meta.url));

it('loads base in q8 and answers without a second copy of its weights', async () => {
  const { peakBuffers, heapAfter, wasm, tfjsWasm } = await measureModelMemory(defaultModel);
  // The weights and the tokenizer's file come to 1.1, what a shard is hashed from (`lent-copy.ts`) to 0.35, and garbage to little
  // more. A second copy of the weights until they are packed makes it 2.5.
  expect(peakBuffers).toBeGreaterThan(1);
  expect(peakBuffers).toBeLessThan(2);
  // The embeddings, the pooler, the tokenizer.
  expect(heapAfter).toBeLessThan(0.9);
  // Packed once, and scratch for one short pair.
  expect(wasm).toBeGreaterThan(0.6);
  expect(wasm).toBeLessThan(1);
  // Inference does not start TensorFlow.js on WebAssembly.
  expect(tfjsWasm).toBe(0);
}, 180_000);
