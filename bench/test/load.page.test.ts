/** Measures a tab's memory while the base shape in q8 loads, which reveals a second copy of the weights. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { measureModelMemory } from '../src/load/index.ts';

const defaultModel = fileURLToPath(new URL('../../weights/default', import.meta.url));

it('loads base in q8 and answers without a second copy of its weights', async () => {
  const { peakBuffers, heapAfter, wasm, tfjsWasm } = await measureModelMemory(defaultModel);
  // The weights and the tokenizer's file take 1.1, the copies of shards for hashing (`scratch-copy.ts`) 0.35, and garbage a little more.
  // A second copy of the weights until they are packed would make it 2.5.
  expect(peakBuffers).toBeGreaterThan(1);
  expect(peakBuffers).toBeLessThan(2);
  // What stays: the embeddings, the pooler and the tokenizer.
  expect(heapAfter).toBeLessThan(0.9);
  // The weights, packed once, and scratch space for one short pair.
  expect(wasm).toBeGreaterThan(0.6);
  expect(wasm).toBeLessThan(1);
  // Inference does not start TensorFlow.js on WebAssembly.
  expect(tfjsWasm).toBe(0);
}, 180_000);
