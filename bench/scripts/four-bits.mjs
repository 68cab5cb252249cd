/**
 * Times weights that stay in 4 bits in memory, and the same weights in int8: node bench/scripts/four-bits.mjs [SIMD].
 *
 * The model has four layers as wide as ALBERT-xlarge with random weights. It runs in Node's WebAssembly on one thread, and the two
 * formats take turns. SIMD is `relaxed`, as in Chromium, or `plain`.
 */
import { withSources } from '@albert-web/build-tools';
import { allowRelaxedSimd } from '@albert-web/kernels/allow-relaxed-simd';

allowRelaxedSimd();

const rounds = 20;
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);

await withSources(async (load) => {
  const { defaultConfig, paperSizes } = await load('packages/core/src/index.ts');
  const { quantizeCheckpoint, weightReader } = await load('packages/checkpoints/src/index.ts');
  const { createWasmExecutor } = await load('packages/backends/src/wasm/index.ts');
  const { randomCheckpoint } = await load('bench/src/model/random-model.ts');
  const config = { ...defaultConfig, ...paperSizes.xlarge, num_hidden_layers: 4 };
  const weights = weightReader(quantizeCheckpoint(randomCheckpoint(config), 'q4').checkpoint);
  const [, , simd = 'relaxed'] = process.argv;
  const start = (fourBits) =>
    createWasmExecutor(config, 'encoder', weights, { precision: 'q8', threads: 1, simd, fourBits });
  const ways = [
    { name: 'int8', executor: await start(false) },
    { name: '4 bits', executor: await start(true) },
  ];
  for (const length of [16, 128]) {
    const inputIds = [Array.from({ length }, (_, i) => 5 + i)];
    const fastest = new Map();
    for (let round = 0; round < rounds; round++) {
      for (const { name, executor } of ways) {
        const started = performance.now();
        await executor.run({ inputIds });
        fastest.set(name, Math.min(fastest.get(name) ?? Infinity, performance.now() - started));
      }
    }
    for (const { name, executor } of ways)
      console.log(
        `${length} tokens, ${name}: ${Math.round(fastest.get(name))} ms, ${mebibytes(executor.memoryBytes)} MiB`,
      );
  }
  for (const { executor } of ways) executor.dispose();
});
