// Compares an optimizer step with PyTorch's: CPU time, wall time and peak memory for each number of threads. Needs a build
// (`npm run build`), and Python with torch and transformers; the variable PYTHON names the interpreter (default python3).
//   node packages/training/scripts/bench.mjs [--shape default|base] [--steps 3] [--threads 1,2] [--plain] [--save]
// A batch is 32 pairs, as long as the first 32 of MRPC's training set. PyTorch also computes the padding; our encoder skips it.
// --plain also times the step in plain TensorFlow.js, which takes minutes. --save writes bench/results/training.json.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withSources } from '@albert-web/build-tools';
import { allowRelaxedSimd } from '@albert-web/kernels/allow-relaxed-simd';

const { values: options } = parseArgs({
  options: {
    shape: { type: 'string', default: 'default' },
    steps: { type: 'string', default: '3' },
    threads: { type: 'string', default: availableParallelism() > 1 ? '1,2' : '1' },
    plain: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    // Set only for the child processes of this script.
    measure: { type: 'string' },
  },
});

/** The default model, and ALBERT-base. */
const shapes = {
  default: { hidden_size: 384, num_hidden_layers: 6, num_attention_heads: 12, intermediate_size: 1536 },
  base: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
};

/** Number of tokens in each pair. */
const lengths = [
  59, 61, 54, 79, 65, 54, 68, 33, 51, 67, 55, 53, 44, 69, 61, 46, 58, 92, 68, 87, 70, 38, 58, 70, 56, 53, 77, 63, 69,
  41, 47, 40,
];

const shape = shapes[options.shape];
if (!shape) throw new Error(`--shape is ${options.shape}, not ${Object.keys(shapes).join(' or ')}`);
const steps = Number(options.steps);
if (options.measure) console.log(JSON.stringify(await measureOurs(options.measure, Number(options.threads))));
else await compare();

async function compare() {
  const { median } = await withSources((load) => load('bench/src/measure/statistics.ts'));
  const threads = options.threads.split(',').map(Number);
  const rows = [
    ...threads.map((count) => ({ runner: 'albert-web', threads: count, ...measure('packed', count) })),
    ...(options.plain ? [{ runner: 'TensorFlow.js', threads: 1, ...measure('plain', 1) }] : []),
    ...threads.map((count) => ({ runner: 'PyTorch', threads: count, ...measurePyTorch(count) })),
  ].map(({ cpuSeconds, wallSeconds, peakMB, ...row }) => {
    const usual = (seconds) => Number(median(seconds).toFixed(3));
    return { ...row, cpuSeconds: usual(cpuSeconds), wallSeconds: usual(wallSeconds), peakMB };
  });
  console.log(`${options.shape}, batch ${lengths.length}, ${sum(lengths)} tokens, medians of ${steps} steps`);
  console.table(rows);
  for (const count of threads) console.log(ratioOf(rows, count));
  if (options.save) save(rows);
}

/** Describes our CPU time relative to PyTorch's, and the speedup over one thread. */
function ratioOf(rows, threads) {
  const find = (runner, count) => rows.find((row) => row.runner === runner && row.threads === count);
  const ours = find('albert-web', threads);
  const cpu = (ours.cpuSeconds / find('PyTorch', threads).cpuSeconds).toFixed(2);
  const gain = ((find('albert-web', 1)?.wallSeconds ?? NaN) / ours.wallSeconds).toFixed(2);
  return `${threads} threads: ${cpu} times PyTorch's CPU time; ${gain} times as fast as one thread`;
}

function save(rows) {
  const file = path.join(import.meta.dirname, '../../../bench/results/training.json');
  const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  const previous = readResults(file);
  const results = {
    ...previous,
    [options.shape]: { machine, batch: lengths.length, tokens: sum(lengths), steps, rows },
  };
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Times each step in a separate process: peak memory is per process, and the packed encoder replaces tfjs's matMul permanently. */
function measure(kind, threads) {
  const own = [fileURLToPath(import.meta.url), '--measure', kind, '--shape', options.shape];
  return run(process.execPath, [...own, '--steps', options.steps, '--threads', String(threads)]);
}

function measurePyTorch(threads) {
  const script = path.join(import.meta.dirname, 'bench_pytorch.py');
  const settings = { shape, lengths, steps, threads };
  return run(process.env['PYTHON'] ?? 'python3', [script, JSON.stringify(settings)]);
}

function run(program, argv) {
  const { status, stdout, error } = spawnSync(program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout.toString());
}

async function measureOurs(kind, threads) {
  const fastEncoder = kind === 'packed';
  if (fastEncoder) allowRelaxedSimd();
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-cpu');
  const { AlbertModel, readConfig, startTfjsWasm } = await import('@albert-web/core');
  const { Trainer, withInitialWeights } = await import('@albert-web/training');
  tf.enableProdMode();
  await startTfjsWasm();
  const config = readConfig({ architectures: ['AlbertForSequenceClassification'], ...shape });
  const model = AlbertModel.load(config, withInitialWeights(config, 'sequence_classification', undefined, 1));
  const trainer = await Trainer.create(model, { schedule: { learningRate: 1e-5, steps: 100 }, fastEncoder, threads });
  await trainer.trainStep(batch());
  const times = [];
  for (let step = 0; step < steps; step++) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    await trainer.trainStep(batch());
    const { user, system } = process.cpuUsage(cpu);
    times.push({ cpu: (user + system) / 1e6, wall: (performance.now() - wall) / 1e3 });
  }
  trainer.dispose();
  return {
    cpuSeconds: times.map(({ cpu }) => cpu),
    wallSeconds: times.map(({ wall }) => wall),
    peakMB: Math.round(process.resourceUsage().maxRSS / 1000),
  };
}

function batch() {
  const rows = (value) =>
    lengths.map((length, row) =>
      Array.from({ length: Math.max(...lengths) }, (_, column) => (column < length ? value(row, column) : 0)),
    );
  return {
    inputs: {
      inputIds: rows((row, column) => 5 + ((row * 977 + column * 131) % 29000)),
      attentionMask: rows(() => 1),
      tokenTypeIds: rows((_, column) => Number(column >= 30)),
    },
    targets: { kind: 'classes', classes: lengths.map((_, row) => row % 2) },
  };
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
