/** What a tab holds while base in q8 loads: a second copy of the weights would show. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { measureModelMemory } from '../src/load/index.ts';

const defaultModel = fileURLToPath(new URL('../../weights/default', import.meta.url));

/** As a multiple of the bytes of the weights. */
const mostHeap = 2.25;

it('loads base in q8 and answers without a second copy of its weights', async () => {
  // Garbage that is not collected yet counts too, and is not the same each time. A second copy would be there every time.
  let measured = await measureModelMemory(defaultModel);
  for (let again = 0; again < 3 && measured.peakHeap >= mostHeap; again++)
    measured = await measureModelMemory(defaultModel);
  const { peakHeap, heapAfter, wasm, tfjsWasm } = measured;
  // With the tokenizer and the code the weights come to 1.6, and the shard that is hashed from a copy (`lent-copy.ts`) adds 0.35;
  // with a copy of what the host needs it would be 2.75.
  expect(peakHeap).toBeGreaterThan(1);
  expect(peakHeap).toBeLessThan(mostHeap);
  // The embeddings, the pooler, the tokenizer.
  expect(heapAfter).toBeLessThan(0.9);
  // Packed once, and scratch for one short pair.
  expect(wasm).toBeGreaterThan(0.6);
  expect(wasm).toBeLessThan(1);
  // Inference does not start TensorFlow.js on WebAssembly.
  expect(tfjsWasm).toBe(0);
}, 180_000);
