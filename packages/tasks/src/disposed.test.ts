/** From the moment a model is disposed, all members of it and of its indexes fail with a DisposedError. */
import { DisposedError } from '@albert-web/errors';
import { shippedModel } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { load, type Albert, type SemanticIndex } from './index.ts';

const text = 'He left.';
const bytes = new Uint8Array();

/** Calls every member except `dispose`, with valid arguments. */
const members: Readonly<Record<Exclude<keyof Albert, 'dispose' | symbol>, (model: Albert) => unknown>> = {
  answer: (model) => model.answer(text, text),
  choose: (model) => model.choose(text, [text, text]),
  classify: (model) => model.classify(text),
  classifyZeroShot: (model) => model.classifyZeroShot(text, ['a', 'b']),
  createIndex: (model) => model.createIndex(),
  embed: (model) => model.embed(text),
  embedTokens: (model) => model.embedTokens(text),
  explain: (model) => model.explain(text, text),
  fillMask: (model) => model.fillMask('[MASK]'),
  info: (model) => model.info(),
  minePairs: (model) => model.minePairs([text, text]),
  outputs: (model) => model.outputs(text),
  paraphrase: (model) => model.paraphrase(text, text),
  paraphrases: (model) => model.paraphrases([[text, text]]),
  sentenceOrder: (model) => model.sentenceOrder(text, text),
  tag: (model) => model.tag(text),
  tokenizer: (model) => model.tokenizer,
};

const indexMembers: Readonly<
  Record<Exclude<keyof SemanticIndex, 'dispose' | symbol>, (index: SemanticIndex) => Promise<unknown>>
> = {
  add: (index) => index.add(text),
  remove: (index) => index.remove(0),
  restore: (index) => index.restore(bytes),
  save: (index) => index.save(),
  search: (index) => index.search(text, 1),
  size: (index) => index.size(),
};

/** Returns the result of a call, or the error that it throws or rejects with. */
async function outcome(ask: () => unknown): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    return error;
  }
}

const open = (): Promise<Albert> => load(shippedModel('sentence'), { backend: 'cpu' });

/** Calls all members in the current task, before any of them can settle. */
async function askAll<T>(asks: Readonly<Record<string, (owner: T) => unknown>>, owner: T): Promise<void> {
  const asked = Object.entries(asks).map(([name, ask]) => [name, outcome(() => ask(owner))] as const);
  for (const [name, answer] of asked) expect(await answer, name).toBeInstanceOf(DisposedError);
}

it('rejects every use of a member after dispose(); a tokenizer obtained before still works', async () => {
  const model = await open();
  const index = model.createIndex();
  await index.add(text);
  const { tokenizer } = model;
  await model.dispose();
  await askAll(members, model);
  await askAll(indexMembers, index);
  await model.dispose();
  expect(tokenizer.encode(text).ids.length).toBeGreaterThan(2);
});

it('rejects them while the last call runs; that call succeeds, and every dispose() waits for it', async () => {
  const model = await open();
  const index = model.createIndex();
  const call = model.embed(text);
  let isDisposed = false;
  const disposing = model.dispose().then(() => (isDisposed = true));
  await Promise.all([askAll(members, model), askAll(indexMembers, index)]);
  await model.dispose();
  expect(isDisposed).toBe(true);
  await disposing;
  expect((await call).every(Number.isFinite)).toBe(true);
});

it('rejects calls of an index that was disposed separately, but completes those made before', async () => {
  const model = await open();
  const index = model.createIndex();
  const added = index.add(text);
  await index.dispose();
  expect(await added).toEqual([0]);
  await askAll(indexMembers, index);
  await model.dispose();
  await index.dispose();
});
