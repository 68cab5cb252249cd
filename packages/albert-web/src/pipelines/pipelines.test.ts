/** The documented calls of transformers.js and its outputs, recorded by `bench/scripts/pipelines.mjs --write`. */
import { InvalidArgumentError } from '@albert-web/errors';
import { load, UnsupportedTaskError } from '@albert-web/tasks';
import { readFixture, readFixtureJson } from '@albert-web/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { AutoTokenizer } from './auto-tokenizer.ts';
import { openPipeline, type LoadModel, type Pipeline, type PipelineOptions, type ProgressInfo } from './pipeline.ts';
import type { PipelineTask } from './tasks.ts';
import { Tensor } from './tensor.ts';
import { largestDifference, plain } from './testing/results.ts';

interface Recorded {
  readonly models: Readonly<Record<string, { readonly folder: string }>>;
  readonly answers: readonly {
    readonly task: PipelineTask;
    readonly model: string;
    readonly args: readonly unknown[];
    readonly answer: unknown;
  }[];
}

/** Documented in docs/features-and-tests.md, "Tolerances". */
const tolerance = 2e-5;

const recorded = await readFixtureJson<Recorded>('pipelines/transformers-js.json');

const loadHere = ((location: Parameters<typeof load>[0], options: object) =>
  load(location, { backend: 'cpu', ...options })) as unknown as LoadModel;

async function filesOf(model: string): Promise<File[]> {
  const folder = recorded.models[model]?.folder ?? '';
  return Promise.all(
    ['config.json', 'model.safetensors', 'spiece.model'].map(
      async (name) => new File([await readFixture(`${folder}/${name}`)], name),
    ),
  );
}

let opened: Pipeline<PipelineTask> | undefined;
afterEach(() => opened?.dispose());

async function open<Task extends PipelineTask>(
  task: Task,
  model: string,
  options: PipelineOptions = {},
): Promise<Pipeline<Task>> {
  const pipeline = await openPipeline(loadHere, task, await filesOf(model), options);
  opened = pipeline;
  return pipeline;
}

describe('returns the same as transformers.js', () => {
  it.each(recorded.answers)('$task, $model, $args', async ({ task, model, args, answer }) => {
    const pipeline = (await open(task, model)) as unknown as (...inputs: readonly unknown[]) => Promise<unknown>;
    expect(largestDifference(plain(await pipeline(...args)), answer)).toBeLessThan(tolerance);
  });
});

it('returns one answer as an object and several as a list, with matching types', async () => {
  const answerer = await open('question-answering', 'reader');
  const one = await answerer('where sat the cat', 'the cat sat on a mat');
  expect('the cat sat on a mat'.slice(one.start, one.end)).toBe(one.answer);
  const several = await answerer('where sat the cat', 'the cat sat on a mat', { top_k: 2 });
  expect(several[0]).toEqual(one);
});

it('returns tensors that iterate over their rows', async () => {
  const extractor = await open('feature-extraction', 'encoder');
  const features = await extractor(['the cat', 'the cat sat on a mat']);
  expect(features).toBeInstanceOf(Tensor);
  const [texts, tokens = 0, size = 0] = features.dims;
  expect(texts).toBe(2);
  const [short, long] = features.tolist() as readonly (readonly (readonly number[])[])[];
  expect(long?.flat()).toEqual(Array.from(features.data.slice(tokens * size), Number));
  expect(short?.at(-1)).toEqual(Array<number>(size).fill(0));
});

it('reports progress in the format of transformers.js', async () => {
  const received: ProgressInfo[] = [];
  await open('fill-mask', 'masked', { progress_callback: (progress) => received.push(progress) });
  const statuses = received.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set(['initiate', 'progress', 'progress_total', 'done', 'ready']));
  expect(received[0]).toEqual({ status: 'initiate', name: 'files', file: 'model.safetensors' });
  expect(received.at(-1)).toEqual({ status: 'ready', task: 'fill-mask', model: 'files' });
  expect(received.findLast(({ status }) => status === 'progress')).toMatchObject({ progress: 100 });
});

it('rejects unknown tasks and options, and a model that cannot do the task', async () => {
  const files = await filesOf('classifier');
  await expect(openPipeline(loadHere, 'summarization' as never, files)).rejects.toThrow('no task "summarization"');
  await expect(openPipeline(loadHere, 'fill-mask', files)).rejects.toThrow(UnsupportedTaskError);
  await expect(openPipeline(loadHere, 'fill-mask', files, { topk: 1 } as never)).rejects.toThrow(InvalidArgumentError);
  const classifier = await open('text-classification', 'classifier');
  await expect(classifier('cat', { topK: 1 } as never)).rejects.toThrow('Did you mean "top_k"');
  await expect(classifier('cat', { top_k: 0 })).rejects.toThrow('top_k is 0');
  await expect(classifier([null] as never)).rejects.toThrow('texts[0] is null');
});

it('reads a tokenizer without its model', async () => {
  const files = await filesOf('masked');
  const tokenizer = await AutoTokenizer.from_pretrained(files.filter(({ name }) => name === 'spiece.model'));
  const { input_ids, attention_mask, token_type_ids } = tokenizer('the cat', { text_pair: 'a mat' });
  const ids = tokenizer.encode('the cat', { text_pair: 'a mat' });
  expect(input_ids.dims).toEqual([1, ids.length]);
  expect(input_ids.type).toBe('int64');
  expect(Array.from(input_ids.data, Number)).toEqual(ids);
  expect(attention_mask.tolist()).toEqual([ids.map(() => 1n)]);
  const second = ids.indexOf(tokenizer.sep_token_id) + 1;
  expect(token_type_ids.tolist()).toEqual([ids.map((_, index) => (index < second ? 0n : 1n))]);
  expect(tokenizer.decode(input_ids, { skip_special_tokens: true })).toBe('the cat a mat');
  expect(tokenizer.batch_decode(input_ids, { skip_special_tokens: true })).toEqual(['the cat a mat']);
  expect(tokenizer.tokenize('the cat')).toEqual(['▁the', '▁', 'c', 'a', 't']);
  const padded = tokenizer(['the', 'the cat sat'], { padding: true });
  expect(padded.input_ids.dims[0]).toBe(2);
  expect(() => tokenizer(['the', 'the cat sat'])).toThrow('Pad them');
  const lists = tokenizer(['the', 'the cat sat'], { return_tensor: false, truncation: true, max_length: 4 });
  expect(lists.input_ids.map((row) => row.length)).toEqual([3, 4]);
});

it('truncates at model_max_length, where 1e30 means no limit', async () => {
  const spiece = (await filesOf('masked')).filter(({ name }) => name === 'spiece.model');
  const lengthWith = async (model_max_length: number): Promise<number | undefined> => {
    const settings = new File([JSON.stringify({ model_max_length })], 'tokenizer_config.json');
    const tokenizer = await AutoTokenizer.from_pretrained([...spiece, settings]);
    return tokenizer('the the the the', { truncation: true }).input_ids.dims[1];
  };
  expect(await lengthWith(4)).toBe(4);
  expect(await lengthWith(1e30)).toBe(6);
});
