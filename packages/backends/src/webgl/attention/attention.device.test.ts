import { backendUnderTest, maxAbsDiff, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AttentionShape } from '../../reference/attention.ts';
import { attend } from '../../reference/attention.ts';
import type { WebglDevice } from '../device.ts';
import { texelsOf } from '../panels.ts';
import { devices } from '../testing/device.ts';
import { emptyPanels, fromPanels, toPanels } from '../testing/panels.ts';
import { compileAttention } from './program.ts';

const random = seededRandom(12);

describe.skipIf(backendUnderTest() !== 'webgl')('attention (WebGL only)', () => {
  beforeAll(useBackendUnderTest);

  it.each<AttentionShape & { masked: string }>([
    { batch: 1, length: 1, heads: 1, headSize: 4, masked: 'nothing' },
    { batch: 1, length: 9, heads: 5, headSize: 12, masked: 'nothing' },
    { batch: 2, length: 6, heads: 2, headSize: 64, masked: 'a suffix' },
    { batch: 3, length: 17, heads: 2, headSize: 8, masked: 'a whole row' },
    { batch: 2, length: 20, heads: 3, headSize: 16, masked: 'holes' },
  ])('batch $batch, length $length, $heads heads of $headSize, masked $masked', async ({ masked, ...shape }) => {
    const { batch, length, heads, headSize } = shape;
    const projected = random.normals(batch * length * 3 * heads * headSize, 2);
    const mask = Float32Array.from({ length: batch * length }, (_, index) => {
      const [row, token] = [Math.floor(index / length), index % length];
      if (masked === 'a whole row') return row === 1 ? 0 : 1;
      if (masked === 'a suffix') return token < length - 2 * row ? 1 : 0;
      return masked === 'holes' ? (token + row) % 2 : 1;
    });
    const expected = attend(projected, mask, shape);
    for (const device of devices()) {
      // In one part, and one sequence at a time.
      for (const sequences of new Set([batch, 1])) {
        const actual = await runAttention(device, projected, mask, shape, sequences);
        expect(maxAbsDiff(actual, expected)).toBeLessThan(1e-5);
      }
    }
  });

  it('never sees a masked key, however low the scores of the others', async () => {
    const shape = { batch: 1, length: 6, heads: 1, headSize: 64 };
    const { length, headSize } = shape;
    const mask = Float32Array.of(1, 0, 1, 1, 0, 0);
    // Each score is -100 * 100 * 64 / sqrt(64) = -80000.
    const projected = Float32Array.from({ length: length * 3 * headSize }, (_, index) => {
      const part = Math.floor(index / headSize) % 3;
      return part === 0 ? 100 : part === 1 ? -100 : Math.floor(index / (3 * headSize));
    });
    for (const device of devices()) {
      const actual = await runAttention(device, projected, mask, shape, 1);
      if (device.format === 'f32')
        expect(
          maxAbsDiff(
            actual,
            actual.map(() => (0 + 2 + 3) / 3),
          ),
        ).toBeLessThan(1e-5);
      else expect([...actual]).toEqual([...actual].map(() => NaN));
    }
  });
});

/** Runs the attention programs. @param sequences number of sequences per pass */
async function runAttention(
  device: WebglDevice,
  projected: Float32Array,
  mask: Float32Array,
  { batch, length, heads, headSize }: AttentionShape,
  sequences: number,
): Promise<Float32Array> {
  const width = heads * headSize;
  const programs = await compileAttention(device, { heads, headSize, headTexels: texelsOf(headSize) });
  const keyTexels = texelsOf(length);
  const panelsPerSequence = Math.ceil(length / device.rowsPerPanel);
  const qkv = await toPanels(device, projected, { batch, rows: length, columns: 3 * width });
  const visible = await toPanels(device, mask, { batch: 1, rows: batch, columns: length }, 'mask');
  const output = emptyPanels(device, { batch, rows: length, columns: width });
  for (let first = 0; first < batch; first += sequences) {
    const firstPanel = first * panelsPerSequence;
    const uniforms = { keyTexels, panelsPerSequence, firstPanel };
    const part = { batch: Math.min(sequences, batch - first), rows: length };
    const scores = emptyPanels(device, { ...part, columns: heads * keyTexels * 4 });
    programs.scores.run({ qkv: qkv.texture, mask: visible.texture }, uniforms, scores);
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
  for (const texture of [qkv, visible, output]) texture.dispose();
  return context;
}
