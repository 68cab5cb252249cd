import { allocate } from '@albert-web/errors';
import type { AlbertConfig, Head, WeightReader } from '@albert-web/core';
import { headWeights, modelWeights } from '@albert-web/core';
import { deriveKey, RandomStream } from '../random.ts';

/**
 * Returns a checkpoint's weights, with missing ones initialized as in the original: from a normal distribution with standard
 * deviation `initializer_range`, truncated at two deviations; LayerNorm weights are 1, biases 0.
 *
 * Only the pooler is initialized, and the head if the checkpoint has none or one of another shape (another number of labels).
 * Any other missing weight is an error when the model is loaded.
 *
 * @param reader undefined to initialize every weight, for pretraining from scratch
 */
export function withInitialWeights(
  config: AlbertConfig,
  head: Head,
  reader: WeightReader | undefined,
  seed: number,
): WeightReader {
  const specs = modelWeights(config, head);
  const replaceable = new Set([...headWeights(config, head).map(({ name }) => name), 'pooler.weight', 'pooler.bias']);
  const drawn = new Map(
    specs.flatMap(({ name, shape }, index) => {
      const stored = reader?.shape(name);
      const fits = stored !== undefined && String(stored) === String(shape);
      return fits || (reader && !replaceable.has(name))
        ? []
        : [[name, { shape, key: deriveKey(seed, index) }] as const];
    }),
  );
  return {
    shape: (name) => drawn.get(name)?.shape ?? reader?.shape(name),
    float32(name) {
      const spec = drawn.get(name);
      if (!spec) return (reader as WeightReader).float32(name);
      return draw(name, spec.shape, config.initializer_range, spec.key);
    },
    rows(name, rows, into) {
      if (!drawn.has(name)) return (reader as WeightReader).rows(name, rows, into);
      const values = this.float32(name);
      const width = drawn.get(name)?.shape[1] ?? 1;
      return Float32Array.from({ length: rows.length * width }, (_, i) => {
        return values[(rows[Math.floor(i / width)] ?? 0) * width + (i % width)] ?? 0;
      });
    },
    int8: (name) => (drawn.has(name) ? undefined : reader?.int8(name)),
    int4: (name) => (drawn.has(name) ? undefined : reader?.int4(name)),
  };
}

function draw(name: string, shape: readonly number[], deviation: number, key: number): Float32Array<ArrayBuffer> {
  const values = allocate(
    Float32Array,
    shape.reduce((size, side) => size * side, 1),
  );
  if (name.endsWith('bias')) return values;
  if (/norm/iu.test(name)) return values.fill(1);
  const random = new RandomStream(key);
  return values.map(() => random.truncatedNormal(deviation));
}
