import { describe, expect, it } from 'vitest';
import { readPairsPlan, readPlans } from './form.ts';

function form(fields: Record<string, string | string[]>): FormData {
  const data = new FormData();
  const all = { shape: 'mini', lengths: '16, 64', batches: '1', threads: '1', rounds: '5', ...fields };
  for (const [name, values] of Object.entries(all)) for (const value of [values].flat()) data.append(name, value);
  return data;
}

describe('readPlans', () => {
  it('makes one plan per backend with what each engine can run, ours first', () => {
    const plans = readPlans(
      form({
        backend: ['wasm', 'webgl'],
        precision: ['q8', 'f32'],
        peer: ['onnxruntime-web', 'LiteRT.js'],
        batches: '1 4',
      }),
    );
    expect(plans.map(({ candidates }) => candidates.map(({ engine, precision }) => `${engine} ${precision}`))).toEqual([
      ['albert-web f32', 'albert-web q8', 'LiteRT.js f32', 'LiteRT.js q8', 'onnxruntime-web f32', 'onnxruntime-web q8'],
      ['albert-web f32'],
    ]);
    expect(plans[0]?.inputs).toEqual([
      { batch: 1, length: 16 },
      { batch: 1, length: 64 },
      { batch: 4, length: 16 },
      { batch: 4, length: 64 },
    ]);
  });

  it('measures transformers.js only on pairs, because it takes text', () => {
    const chosen = form({ backend: 'wasm', precision: 'q8', peer: 'transformers.js', threads: '2' });
    expect(readPlans(chosen)[0]?.candidates.map(({ engine }) => engine)).toEqual(['albert-web']);
    const plan = readPairsPlan(chosen);
    expect(plan?.candidates.map(({ engine }) => engine)).toEqual(['albert-web', 'transformers.js']);
    expect(plan?.threads).toBe(2);
    expect(readPairsPlan(form({ pairs: 'on' }))?.candidates).toHaveLength(1);
    expect(readPairsPlan(form({}))).toBeUndefined();
  });

  it('says which field is wrong', () => {
    expect(() => readPlans(form({ backend: 'wasm', precision: 'f32', lengths: '16, many' }))).toThrow(/lengths/u);
    expect(() => readPlans(form({ backend: 'wasm', precision: 'f32', lengths: '513' }))).toThrow(/1 to 512/u);
    expect(() => readPlans(form({ backend: 'webgl', precision: 'q8' }))).toThrow(
      'f32 or q8 for wasm; f32 or f16 for webgl; f32, f16, or q8 for webgpu',
    );
  });
});
