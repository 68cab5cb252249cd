// Times one optimizer step of the default model's shape (hidden 384, 6 layers, batch 32 of 64 tokens) on tfjs's WASM backend in
// Node: with the packed encoder, and as tfjs composes it. Build first (`npm run build`), then
//   node packages/training/scripts/bench-step.mjs [rounds]
// The two take turns in processes of their own, since the packed one replaces tfjs's matMul for good.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const kind = process.argv[2] === 'packed' || process.argv[2] === 'plain' ? process.argv[2] : undefined;
if (kind) console.log(await secondsOfStep(kind === 'packed'));
else compare(Number(process.argv[2] ?? 3));

function compare(rounds) {
  const times = { packed: [], plain: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['packed', 'plain']) {
      const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), kind], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      times[kind].push(Number(stdout.toString()));
      console.log(`${kind}: ${times[kind].at(-1).toFixed(2)} s a step`);
    }
  }
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  console.log(
    `The packed encoder is ${(median(times.plain) / median(times.packed)).toFixed(1)} times as fast (medians of ${rounds})`,
  );
}

/** CPU seconds of a step after one to warm up: what other processes take does not count. */
async function secondsOfStep(fastEncoder) {
  if (fastEncoder && process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-cpu');
  const { AlbertModel, readConfig, startTfjsWasm } = await import('@albert-web/core');
  const { Trainer, withInitialWeights } = await import('@albert-web/training');
  tf.enableProdMode();
  await startTfjsWasm();
  const config = readConfig({
    architectures: ['AlbertForSequenceClassification'],
    hidden_size: 384,
    num_hidden_layers: 6,
    num_attention_heads: 6,
    intermediate_size: 1536,
  });
  const weights = withInitialWeights(config, 'sequence_classification', undefined, 1);
  const model = AlbertModel.load(config, weights);
  const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-5, steps: 10 }, fastEncoder });
  const rows = (value) =>
    Array.from({ length: 32 }, (_, row) => Array.from({ length: 64 }, (_, column) => value(row, column)));
  const batch = {
    inputs: {
      inputIds: rows((row, column) => 5 + ((row * 977 + column * 131) % 29000)),
      attentionMask: rows(() => 1),
      tokenTypeIds: rows((_, column) => Number(column >= 32)),
    },
    targets: { kind: 'classes', classes: Array.from({ length: 32 }, (_, row) => row % 2) },
  };
  await trainer.trainStep(batch);
  const before = process.cpuUsage();
  await trainer.trainStep(batch);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
