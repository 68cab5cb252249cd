/** Classes are recognized by their names, and arguments of the wrong type are rejected with a named error. */
import { InvalidArgumentError, type AlbertError } from '@albert-web/errors';
import { fixtureUrl, readFixture, readFixtureJson } from '@albert-web/testing';
import { afterEach, expect, it } from 'vitest';
import {
  load,
  NoSentenceEncoderWarning,
  UnnamedClassesWarning,
  UnsupportedTaskError,
  type Albert,
  type LoadOptions,
} from './index.ts';

let model: Albert | undefined;

afterEach(() => model?.dispose());

async function loadClassifier(name: string, overrides: object = {}, options: LoadOptions = {}): Promise<Albert> {
  const folder = `classifiers/${name}`;
  const config = await readFixtureJson<object>(`${folder}/config.json`);
  model = await load(
    [
      new File([JSON.stringify({ ...config, ...overrides })], 'config.json'),
      new File([await readFixture(`${folder}/model.safetensors`)], 'model.safetensors'),
      new File([await readFixture(`${folder}/spiece.model`)], 'spiece.model'),
    ],
    { backend: 'cpu', ...options },
  );
  return model;
}

// transformers 4.57.6, `pipeline("text-classification")` on "the cat".
it.each([
  ['one-label', {}, 0.1495],
  ['multi-label', {}, 0.3694],
  ['one-label', { problem_type: 'regression' }, -1.7388],
])('classify on %s with %j scores as the pipeline does', async (name, overrides, expected) => {
  const albert = await loadClassifier(name, overrides);
  const [[best] = []] = await albert.classify(['the cat']);
  expect(best?.score).toBeCloseTo(expected, 4);
});

it('does not mistake "neutral" for "the same"', async () => {
  const albert = await loadClassifier('inference');
  const refused = albert.paraphrase('the cat sat', 'the cat saw');
  await expect(refused).rejects.toThrow(UnsupportedTaskError);
  await expect(refused).rejects.toThrow(/a classifier of .*neutral/u);
  await expect(albert.explain('the cat sat', 'the cat saw')).rejects.toThrow(UnsupportedTaskError);
  expect(albert.info().tasks).toEqual(['classify', 'classifyZeroShot', 'embed', 'embedTokens']);
});

it('gives no verdict if several classes can be true at once', async () => {
  const names = ['different', 'paraphrase', 'question'];
  const id2label = Object.fromEntries(names.entries());
  const albert = await loadClassifier('inference', { id2label, problem_type: 'multi_label_classification' });
  const refused = albert.paraphrase('the cat sat', 'the cat saw');
  await expect(refused).rejects.toThrow(UnsupportedTaskError);
  await expect(refused).rejects.toThrow(/a multi-label classifier of different, paraphrase, question/u);
  expect(albert.info().tasks).toEqual(['classify', 'embed', 'embedTokens']);
});

it.each([
  ["within the model's unsure range", [0, 1], true],
  ['outside it', [0.5, 0.5], false],
])('sets unsure for a probability %s', async (_, unsure, expected) => {
  const names = { id2label: { 0: 'paraphrase' }, label2id: { paraphrase: 0 } };
  const albert = await loadClassifier('one-label', { ...names, unsure });
  expect(await albert.paraphrase('the cat sat', 'the cat saw')).toMatchObject({ unsure: expected });
});

it('warns once that a verdict relies on the order of unnamed classes', async () => {
  const warnings: AlbertError[] = [];
  const onWarning = (warning: AlbertError): number => warnings.push(warning);
  const unnamed = await loadClassifier(
    'one-label',
    { id2label: { 0: 'LABEL_0' }, label2id: { LABEL_0: 0 } },
    { onWarning },
  );
  expect(warnings).toEqual([]);
  await unnamed.paraphrase('the cat sat', 'the cat saw');
  await unnamed.explain('the cat sat', 'the cat saw');
  expect(warnings).toEqual([expect.any(UnnamedClassesWarning)]);
  expect(warnings[0]?.message).toContain('LABEL_0 is taken for "the same"');
  expect(unnamed.info().notes).toEqual([
    { message: warnings[0]?.message, reason: { code: 'unnamed-classes', same: 'LABEL_0' } },
  ]);
  await unnamed.dispose();
  const named = { id2label: { 0: 'paraphrase' }, label2id: { paraphrase: 0 } };
  const albert = await loadClassifier('one-label', named, { onWarning });
  await albert.paraphrase('the cat sat', 'the cat saw');
  expect(warnings).toHaveLength(1);
  expect(albert.info().notes).toEqual([]);
});

it.each<[string, (albert: Albert) => Promise<unknown>, RegExp]>([
  ['a number instead of a text', (albert) => albert.classify(3 as never), /inputs is 3/u],
  ['an empty text', (albert) => albert.embed([' ']), /texts\[0\] is " "/u],
  ['no text', (albert) => (albert.embed as () => Promise<unknown>)(), /texts is undefined/u],
  [
    'an unknown option',
    (albert) => albert.classify('a', { topk: 1 } as never),
    /no option "topk".*Did you mean "topK"/u,
  ],
  ['options that are not an object', (albert) => albert.classify('a', 5 as never), /The options are 5/u],
  ['labels that are not a list', (albert) => albert.classifyZeroShot('a', 'b' as never), /labels is "b"/u],
  ['a batch size of 0', (albert) => albert.outputs('a', { batchSize: 0 }), /batchSize is 0/u],
  [
    'an object instead of a pair',
    (albert) => albert.classify([{ text: 'a', text_pair: 'b' } as never]),
    /inputs\[0\] is \{/u,
  ],
  ['null', (albert) => albert.classify([null as never]), /inputs\[0\] is null/u],
  [
    'three texts instead of a pair',
    (albert) => albert.classify([['a', 'b', 'c'] as never]),
    /inputs\[0\] is \["a","b","c"\]/u,
  ],
  ['a negative topK', (albert) => albert.classify(['a'], { topK: -1 }), /topK is -1/u],
  ['an unknown pooling', (albert) => albert.embed(['x'], { pooling: 'max' as never }), /pooling is "max"/u],
])('rejects %s with a named error', async (_, call, message) => {
  const refused = call(await loadClassifier('inference'));
  await expect(refused).rejects.toThrow(InvalidArgumentError);
  await expect(refused).rejects.toThrow(message);
});

it.each<[string, (albert: Albert) => Promise<unknown>, RegExp]>([
  ['a text instead of a list of pairs', (albert) => albert.paraphrases('ab' as never), /pairs is "ab"/u],
  [
    'three texts instead of a pair',
    (albert) => albert.paraphrases([['a', 'b', 'c'] as never]),
    /pairs\[0\] is \["a","b","c"\]/u,
  ],
])('rejects %s of sentences with a named error', async (_, call, message) => {
  const refused = call(await loadClassifier('one-label'));
  await expect(refused).rejects.toThrow(InvalidArgumentError);
  await expect(refused).rejects.toThrow(message);
});

it('a model that is not a sentence encoder warns once if its embeddings are compared, and an encoder does not', async () => {
  const warnings: AlbertError[] = [];
  const onWarning = (warning: AlbertError): number => warnings.push(warning);
  const classifier = await loadClassifier('one-label', {}, { onWarning });
  await classifier.embed('the cat sat');
  expect(warnings).toEqual([]);
  const index = classifier.createIndex();
  await index.add('the cat sat');
  await classifier.minePairs(['the cat sat', 'the cat saw']);
  expect(warnings).toEqual([expect.any(NoSentenceEncoderWarning)]);
  await classifier.dispose();
  model = await load(fixtureUrl('forms/normalize/'), { backend: 'cpu', onWarning });
  model.createIndex();
  await model.minePairs(['the cat sat', 'the cat saw']);
  expect(warnings).toHaveLength(1);
});
