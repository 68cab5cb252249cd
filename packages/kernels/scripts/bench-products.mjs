// Times the two f32 products on one thread of Node: the inner loop of inference, and that of training with its packing.
//   npm run build:wasm && node packages/kernels/scripts/bench-products.mjs [rounds]
import { readFile } from 'node:fs/promises';
import { allowRelaxedSimd } from '../src/allow-relaxed-simd.mjs';

allowRelaxedSimd();

const [rows, columns, depth] = [96, 384, 256];
const [a, b, c, team, scratch] = [1, 4, 8, 12, 16].map((megabytes) => megabytes << 20);
const memory = new WebAssembly.Memory({ initial: 512, maximum: 16384 });
const bytes = await readFile(new URL('../src/build/testing-relaxed.wasm', import.meta.url));
const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
const { multiplyPacked, multiplyTile } = instance.exports;

function inferenceProduct() {
  for (let panel = 0; panel < columns / 8; panel++) {
    const weights = b + panel * depth * 32;
    for (let row = 0; row < rows; row += 6) multiplyTile(6, a + row * depth * 4, 6 * 32, weights, depth / 8, c);
  }
}

const trainingProduct = () => multiplyPacked(a, b, c, rows, columns, depth, team, scratch);

/** Returns the nanoseconds that `work` takes. */
function timeOf(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

const products = { inference: inferenceProduct, training: trainingProduct };
const fastest = { inference: Infinity, training: Infinity };
for (let round = 0; round < Number(process.argv[2] ?? 2000); round++) {
  for (const name of Object.keys(products)) fastest[name] = Math.min(fastest[name], timeOf(products[name]));
}
for (const [name, nanoseconds] of Object.entries(fastest)) {
  console.log(`${name}: ${((2 * rows * columns * depth) / nanoseconds).toFixed(1)} GFLOPS`);
}
