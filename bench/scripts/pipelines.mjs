/**
 * Compares `albert-web/pipelines` with transformers.js on the same models: node bench/scripts/pipelines.mjs [--write].
 *
 * The models are the small ones in the fixtures. transformers.js runs the ONNX file and the `tokenizer.json` that this project exports,
 * in ONNX Runtime. Every call is made through both. The largest difference between numbers is printed; any other difference ends the
 * run. `--write` records transformers.js's results for `npm test`.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  pipeline,
  TokenClassificationPipeline,
} from '@huggingface/transformers';
import { withSources } from '@albert-web/build-tools';
import { calls, models } from './pipeline-calls.mjs';

/** Listed in the settings because transformers.js has no defaults for them. */
const specialTokens = {
  bos_token: '[CLS]',
  cls_token: '[CLS]',
  eos_token: '[SEP]',
  sep_token: '[SEP]',
  pad_token: '<pad>',
  unk_token: '<unk>',
  mask_token: '[MASK]',
};

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const root = path.join(import.meta.dirname, '../..');
const fixtures = path.join(root, 'packages/testing/fixtures');
const work = await mkdtemp(path.join(os.tmpdir(), 'pipelines-'));

try {
  await withSources(async (load) => {
    const sources = {
      checkpoints: await load('packages/checkpoints/src/index.ts'),
      core: await load('packages/core/src/index.ts'),
      tokenizer: await load('packages/tokenizer/src/index.ts'),
      tasks: await load('packages/tasks/src/index.ts'),
      pipelines: await load('packages/albert-web/src/pipelines/pipeline.ts'),
      results: await load('packages/albert-web/src/pipelines/testing/results.ts'),
    };
    for (const [name, model] of Object.entries(models)) await exportModel(sources, name, model);
    const answers = await askTransformers(sources);
    if (values.write) {
      const file = path.join(fixtures, 'pipelines/transformers-js.json');
      await writeFile(file, `${JSON.stringify({ models, answers }, null, 1)}\n`);
    }
    await compare(sources, answers);
  });
} finally {
  await rm(work, { recursive: true });
}

/** Writes a model folder as transformers.js reads it. */
async function exportModel({ checkpoints, core, tokenizer }, name, { folder, config: changes }) {
  const from = path.join(fixtures, folder);
  const to = path.join(work, name);
  await mkdir(path.join(to, 'onnx'), { recursive: true });
  const json = { ...JSON.parse(await readFile(path.join(from, 'config.json'), 'utf8')), ...changes };
  await writeFile(path.join(to, 'config.json'), JSON.stringify(json));
  await cp(path.join(from, 'model.safetensors'), path.join(to, 'model.safetensors'));
  await cp(path.join(from, 'spiece.model'), path.join(to, 'spiece.model'));
  const spiece = new Uint8Array(await readFile(path.join(from, 'spiece.model')));
  const settings = {
    ...specialTokens,
    tokenizer_class: 'AlbertTokenizer',
    model_max_length: json.max_position_embeddings,
  };
  await writeFile(path.join(to, 'tokenizer_config.json'), JSON.stringify(settings));
  await writeFile(path.join(to, 'tokenizer.json'), JSON.stringify(tokenizer.toTokenizerJson(spiece, settings)));
  const { config, checkpoint } = await checkpoints.importModel(await checkpoints.openModel(to));
  const read = core.readConfig(config);
  const onnx = checkpoints.exportOnnx({
    config: read,
    head: checkpoints.headIn(read, checkpoint),
    weights: checkpoints.weightReader(checkpoint),
    precision: 'f32',
  });
  await writeFile(path.join(to, 'onnx/model.onnx'), onnx);
}

async function askTransformers({ results }) {
  Object.assign(env, { allowRemoteModels: false, localModelPath: `${work}/` });
  const answers = [];
  for (const { task, model, args } of calls) {
    const ask = await openTransformers(task, model);
    answers.push({ task, model, args, answer: results.plain(await ask(...args)) });
    await ask.dispose();
  }
  return answers;
}

/** transformers.js has no AlbertForTokenClassification. Its pipeline gets a model of another class, which also returns `logits`. */
async function openTransformers(task, name) {
  const options = { dtype: 'fp32', device: 'cpu' };
  if (task !== 'token-classification' && task !== 'ner') return pipeline(task, name, options);
  const [model, tokenizer] = await Promise.all([
    AutoModelForSequenceClassification.from_pretrained(name, options),
    AutoTokenizer.from_pretrained(name),
  ]);
  return new TokenClassificationPipeline({ task, model, tokenizer });
}

async function compare({ pipelines, results, tasks }, answers) {
  const opened = (location, options) => tasks.load(location, { ...options, backend: 'wasm', device: undefined });
  for (const { task, model, args, answer } of answers) {
    const ask = await pipelines.openPipeline(opened, task, path.join(work, model));
    const difference = results.largestDifference(results.plain(await ask(...args)), answer);
    console.log(`${difference.toExponential(1)}  ${task}  ${model}  ${JSON.stringify(args)}`);
    await ask.dispose();
  }
}
