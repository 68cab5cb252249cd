/**
 * Runs `albert compare` on q8 and q4 files, and writes one table: node bench/scripts/accuracy-gates.mjs GLUE.
 *
 * It compares the default model, and random weights in the shapes `base` and `mini`, on pairs of MRPC, in Node's WebAssembly. It writes
 * bench/results/accuracy-gates-node-N.json, where N is Node's major version: Node 24 uses a processor's dot product of bytes,
 * Node 20 does not. `node bench/scripts/goals.mjs` reads the files of 20 and 24.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { withSources } from '@albert-web/build-tools';
import { allowRelaxedSimd } from '@albert-web/kernels/allow-relaxed-simd';
import { writeRandomModel } from './random-model.mjs';

const [major] = process.versions.node.split('.');
allowRelaxedSimd();

const [glue] = process.argv.slice(2);
if (glue === undefined) {
  console.error("Pass GLUE's folder: node bench/scripts/accuracy-gates.mjs GLUE");
  process.exit(2);
}
const results = path.join(import.meta.dirname, `../results/accuracy-gates-node-${major}.json`);
const weights = path.join(import.meta.dirname, '../../weights');
const labels = { id2label: { 0: 'not_paraphrase', 1: 'paraphrase' }, label2id: { not_paraphrase: 0, paraphrase: 1 } };

/** With random weights only the outputs matter, not the verdicts, so a few pairs are enough. */
const models = [
  { name: 'default model', shipped: 'default', pairs: 408 },
  { name: 'random weights, base shape', shape: 'base', pairs: 12 },
  { name: 'random weights, mini shape', shape: 'mini', pairs: 60 },
];

const folder = await mkdtemp(path.join(os.tmpdir(), 'accuracy-gates-'));
try {
  await withSources(async (load) => {
    const { compare, keepsRule, rule } = await load('packages/cli/src/compare/compare.ts');
    const { readExamples } = await load('packages/cli/src/glue/examples.ts');
    const { glueTask } = await load('packages/training/src/index.ts');
    const { importModel, openModel, quantizeCheckpoint } = await load('packages/checkpoints/src/index.ts');
    const { writeOurs } = await load('bench/src/model/folders.ts');
    const examples = await readExamples(glueTask('MRPC'), glue, 'dev');
    const convert = async (source, target, format) => {
      const { config, checkpoint } = await importModel(await openModel(source));
      await writeOurs(target, { config, checkpoint: quantizeCheckpoint(checkpoint, format).checkpoint }, source);
    };
    const rows = [];
    for (const { name, shipped, shape, pairs } of models) {
      const reference = shape ? path.join(folder, shape) : path.join(weights, shipped);
      if (shape) await writeRandomModel(reference, shape, 'f32', labels);
      const some = examples.slice(0, pairs);
      for (const format of ['q8', 'q4']) {
        const model = path.join(folder, `quantized-${rows.length}`);
        await convert(reference, model, format);
        const result = await compare({
          model,
          reference,
          pairs: some.map(({ textA, textB = '' }) => [textA, textB]),
          labels: some.map(({ label }) => label),
          backend: 'wasm',
          precision: 'q8',
        });
        rows.push({ model: name, format, keeps: keepsRule(result), ...result });
        console.log(JSON.stringify(rows.at(-1)));
      }
    }
    await writeFile(
      results,
      `${JSON.stringify({ date: new Date().toISOString(), node: major, rule, rows }, undefined, 2)}\n`,
    );
  });
} finally {
  await rm(folder, { recursive: true });
}
