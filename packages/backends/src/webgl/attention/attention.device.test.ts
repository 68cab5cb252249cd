import { backendUnderTest, maxAbsDiff, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WebglDevice } from '../device.ts';
import { texelsOf } from '../panels.ts';
import { devices } from '../testing/device.ts';
import { emptyPanels, fromPanels, toPanels } from '../testing/panels.ts';
import { compileAttention } from './program.ts';
import { attentionReference } from './reference.ts';

interface Sizes {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
  readonly size: number;
}

interface Inputs {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly mask: Float32Array;
}

const random = seededRandom(12);

describe.skipIf(backendUnderTest() !== 'webgl')('attention (WebGL only)', () => {
  beforeAll(useBackendUnderTest);

  it.each<Sizes & { masked: string }>([
    { batch: 1, length: 1, heads: 1, size: 4, masked: 'nothing' },
    { batch: 1, length: 9, heads: 5, size: 12, masked: 'nothing' },
    { batch: 2, length: 6, heads: 2, size: 64, masked: 'a suffix' },
    { batch: 3, length: 17, heads: 2, size: 8, masked: 'a whole row' },
    { batch: 2, length: 20, heads: 3, size: 16, masked: 'holes' },
  ])('batch $batch, length $length, $heads heads of $size, masked $masked', async ({ masked, ...sizes }) => {
    const { batch, length, heads, size } = sizes;
    const values = (): Float32Array => random.normals(batch * length * heads * size, 2);
    const mask = Float32Array.from({ length: batch * length }, (_, index) => {
      const [row, token] = [Math.floor(index / length), index % length];
      if (masked === 'a whole row') return row === 1 ? 0 : 1;
      if (masked === 'a suffix') return token < length - 2 * row ? 1 : 0;
      return masked === 'holes' ? (token + row) % 2 : 1;
    });
    const inputs = { query: values(), key: values(), value: values(), mask };
    const expected = attentionReference(inputs, sizes);
    for (const device of devices()) {
      // In one part, and one sequence at a time.
      for (const sequences of new Set([batch, 1])) {
        expect(maxAbsDiff(await attend(device, inputs, sizes, sequences), expected)).toBeLessThan(1e-5);
      }
    }
  });
});

async function attend(device: WebglDevice, inputs: Inputs, sizes: Sizes, sequences: number): Promise<Float32Array> {
  const { batch, length, heads, size } = sizes;
  const width = heads * size;
  const joined = new Float32Array(batch * length * width * 3);
  for (let row = 0; row < batch * length; row++) {
    [inputs.query, inputs.key, inputs.value].forEach((part, index) =>
      joined.set(part.subarray(row * width, (row + 1) * width), (row * 3 + index) * width),
    );
  }
  const programs = await compileAttention(device, { heads, headSize: size, headTexels: texelsOf(size) });
  const keyTexels = texelsOf(length);
  const panelsPerSequence = Math.ceil(length / device.rowsPerPanel);
  const qkv = await toPanels(device, joined, { batch, rows: length, columns: 3 * width });
  const mask = await toPanels(device, inputs.mask, { batch: 1, rows: batch, columns: length }, 'mask');
  const output = emptyPanels(device, { batch, rows: length, columns: width });
  for (let first = 0; first < batch; first += sequences) {
    const firstPanel = first * panelsPerSequence;
    const uniforms = { keyTexels, panelsPerSequence, firstPanel };
    const part = { batch: Math.min(sequences, batch - first), rows: length };
    const scores = emptyPanels(device, { ...part, columns: heads * keyTexels * 4 });
    programs.scores.run({ qkv: qkv.texture, mask: mask.texture }, uniforms, scores);
    const rowSums = emptyPanels(device, { ...part, columns: heads * 4 });
    programs.rowSums.run({ scores: scores.texture }, { keyTexels }, rowSums);
    programs.context.run({ qkv: qkv.texture, scores: scores.texture, rowSums: rowSums.texture }, uniforms, {
      ...output,
      y: firstPanel,
      height: scores.height,
    });
    for (const texture of [scores, rowSums]) texture.dispose();
  }
  const context = await fromPanels(device, output, { batch, rows: length, columns: width });
  for (const texture of [qkv, mask, output]) texture.dispose();
  return context;
}
