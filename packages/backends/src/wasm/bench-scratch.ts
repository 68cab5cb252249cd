import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { defaultConfig, encoderWeights, paperSizes, type WeightReader } from '@albert-web/core';
import { createWasmExecutor } from './index.ts';

function reader(specs: { name: string; shape: readonly number[] }[]): WeightReader {
  const shapes = new Map(specs.map((s) => [s.name, s.shape]));
  return {
    shape: (n) => shapes.get(n),
    float32: (n) => {
      const c = (shapes.get(n) ?? []).reduce((a, b) => a * b, 1);
      const f = new Float32Array(c);
      const norm = /orm\.weight/.test(n);
      for (let i = 0; i < c; i++) f[i] = norm ? 1 : (Math.random() - 0.5) * 0.08;
      return f;
    },
    int8: () => undefined,
    rows: () => new Float32Array(0),
  };
}
(globalThis as any).bench = async (
  precision: any,
  simd: any,
  threads: number,
  cases: [number, number][],
  reps: number,
  size: 'base' | 'large' = 'base',
) => {
  await tf.setBackend('cpu');
  const config = { ...defaultConfig, ...paperSizes[size] };
  const t0 = performance.now();
  const ex = await createWasmExecutor(config, reader(encoderWeights(config)), { precision, simd, threads });
  const load = performance.now() - t0;
  const out: any[] = [];
  for (const [batch, length] of cases) {
    const e = tf.randomNormal([batch, length, 128]) as tf.Tensor3D;
    const m = tf.ones([batch, length], 'int32') as tf.Tensor2D;
    const times: number[] = [];
    for (let i = 0; i < reps + 1; i++) {
      const s = performance.now();
      const o = await ex.encode(e, m);
      await o.hidden.data();
      times.push(performance.now() - s);
      o.hidden.dispose();
    }
    times.shift();
    times.sort((a, b) => a - b);
    out.push({
      batch,
      length,
      min: +times[0]!.toFixed(1),
      med: +times[times.length >> 1]!.toFixed(1),
      usPerToken: +((times[0]! * 1000) / batch / length).toFixed(0),
    });
  }
  const r = {
    precision,
    simd: ex.simd,
    threads: ex.threads,
    notes: ex.notes,
    load: Math.round(load),
    mb: +(ex.memoryBytes / 1e6).toFixed(1),
    out,
  };
  ex.dispose();
  return r;
};
