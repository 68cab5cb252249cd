/** Compares every task with the results of Hugging Face's pipelines on the same tiny models: `scripts/pipelines_golden.py`. */
import { InvalidArgumentError } from '@albert-web/errors';
import { maxAbsDiff, readFixture, readFixtureJson } from '@albert-web/testing';
import { parseSafetensors } from '@albert-web/checkpoints';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Albert, LabelScore, TagOptions } from './index.ts';
import { load, quantizeEmbedding, UnsupportedTaskError } from './index.ts';

interface PipelineGolden {
  readonly vocabulary: string;
  readonly inferenceClasses: readonly string[];
  readonly entityClasses: readonly string[];
  readonly entityBias: readonly number[];
  readonly classification: readonly {
    readonly input: string | { readonly text: string; readonly text_pair: string };
    readonly scores: readonly LabelScore[];
  }[];
  readonly zeroShot: readonly {
    readonly text?: string;
    readonly options: {
      readonly candidate_labels: readonly string[];
      readonly hypothesis_template: string;
      readonly multi_label?: boolean;
    };
    readonly labels: readonly string[];
    readonly scores: readonly number[];
  }[];
  readonly features: readonly {
    readonly model: string;
    readonly text: string;
    readonly none: readonly (readonly number[])[];
    readonly mean: readonly number[];
    readonly cls: readonly number[];
    readonly normalized: readonly number[];
    readonly binary: readonly number[];
    readonly ubinary: readonly number[];
  }[];
  readonly masks: {
    readonly text: string;
    readonly fills: readonly (readonly {
      readonly score: number;
      readonly token: number;
      readonly token_str: string;
      readonly sequence: string;
    }[])[];
  };
  readonly answers: readonly {
    readonly question: string;
    readonly context: string;
    readonly top_k: number;
    readonly doc_stride: number;
    readonly answers: readonly { readonly score: number; readonly start: number; readonly end: number }[];
  }[];
  readonly entities: readonly {
    readonly text: string;
    readonly aggregation: NonNullable<TagOptions['aggregation']>;
    readonly entities: readonly (LabelScore & { readonly start: number; readonly end: number })[];
  }[];
}

/** Published: docs/features-and-tests.md, "Tolerances". */
const tolerance = 2e-5;

let golden: PipelineGolden;
let model: Albert | undefined;

beforeAll(async () => {
  golden = await readFixtureJson<PipelineGolden>('pipelines/golden.json');
});

afterEach(() => model?.dispose());

/** Loads a golden model with the vocabulary of the recorded results, and with names for its classes. */
async function loadGolden(name: string, classes?: readonly string[], weights?: Uint8Array<ArrayBuffer>) {
  const config = await readFixtureJson<object>(`models/${name}/config.json`);
  const named = classes && {
    id2label: Object.fromEntries(classes.entries()),
    label2id: Object.fromEntries(classes.map((label, index) => [label, index])),
  };
  model = await load(
    [
      new File([JSON.stringify({ ...config, ...named })], 'config.json'),
      new File([weights ?? (await readFixture(`models/${name}/model.safetensors`))], 'model.safetensors'),
      new File([golden.vocabulary], 'vocab.txt'),
    ],
    { backend: 'cpu' },
  );
  return model;
}

function expectScores(actual: readonly LabelScore[] | undefined, expected: readonly LabelScore[]): void {
  expect(actual?.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
  const scores = actual?.map(({ score }) => score) ?? [];
  expect(
    maxAbsDiff(
      scores,
      expected.map(({ score }) => score),
    ),
  ).toBeLessThan(tolerance);
}

it('text-classification, with top_k', async () => {
  const albert = await loadGolden('default-sequence', golden.inferenceClasses);
  const inputs = golden.classification.map(({ input }) =>
    typeof input === 'string' ? input : ([input.text, input.text_pair] as const),
  );
  const all = await albert.classify(inputs);
  const best = await albert.classify(inputs, { topK: 1 });
  golden.classification.forEach(({ scores }, index) => {
    expectScores(all[index], scores);
    expectScores(best[index], scores.slice(0, 1));
  });
});

it('one text gives the same results as many', async () => {
  const classifier = await loadGolden('default-sequence', golden.inferenceClasses);
  for (const { input, scores } of golden.classification) {
    if (typeof input === 'string') expectScores(await classifier.classify(input), scores);
  }
  const [zeroShot] = golden.zeroShot.filter(({ text }) => text !== undefined);
  const { text = '', options, labels, scores } = zeroShot as PipelineGolden['zeroShot'][number];
  const found = await classifier.classifyZeroShot(text, options.candidate_labels, {
    hypothesisTemplate: options.hypothesis_template,
    multiLabel: options.multi_label,
  });
  expectScores(
    found,
    labels.map((label, index) => ({ label, score: scores[index] ?? NaN })),
  );
  await classifier.dispose();
  const [feature] = golden.features;
  const encoder = await loadGolden(feature?.model ?? '');
  expect(maxAbsDiff(await encoder.embed(feature?.text ?? ''), feature?.mean ?? [])).toBeLessThan(tolerance);
  const tokens = await encoder.embedTokens(feature?.text ?? '');
  tokens.forEach(({ vector }, index) => expect(maxAbsDiff(vector, feature?.none[index] ?? [])).toBeLessThan(tolerance));
});

it('raw outputs: logits before the softmax, and hidden states without the head', async () => {
  const classifier = await loadGolden('default-sequence', golden.inferenceClasses);
  const inputs = golden.classification.map(({ input }) =>
    typeof input === 'string' ? input : ([input.text, input.text_pair] as const),
  );
  const many = await classifier.outputs(inputs);
  golden.classification.forEach(({ scores }, index) => {
    const { shape, values } = many[index]?.['logits'] ?? { shape: [], values: new Float32Array() };
    expect(shape).toEqual([golden.inferenceClasses.length]);
    const exponentials = Array.from(values, Math.exp);
    const sum = exponentials.reduce((total, value) => total + value, 0);
    for (const { label, score } of scores) {
      expect((exponentials[golden.inferenceClasses.indexOf(label)] ?? NaN) / sum).toBeCloseTo(score, 4);
    }
  });
  await classifier.dispose();
  for (const { model: name, text, none } of golden.features) {
    const albert = await loadGolden(name);
    const [{ last_hidden_state: hidden } = {}] = await albert.outputs([text, `${text} ${text}`], { head: false });
    expect(hidden?.shape).toEqual([none.length, none[0]?.length]);
    expect(maxAbsDiff(hidden?.values ?? [], none.flat())).toBeLessThan(tolerance);
    await albert.dispose();
  }
});

it('zero-shot-classification: one label, several, multi-label, and a text that is too long', async () => {
  const albert = await loadGolden('default-sequence', golden.inferenceClasses);
  for (const { text = 'w9 w10 w11', options, labels, scores } of golden.zeroShot) {
    const [found, again] = await albert.classifyZeroShot([text, text], options.candidate_labels, {
      hypothesisTemplate: options.hypothesis_template,
      multiLabel: options.multi_label,
    });
    expectScores(
      found,
      labels.map((label, index) => ({ label, score: scores[index] ?? NaN })),
    );
    expectScores(again, found ?? []);
  }
});

it('zero-shot-classification rejects missing labels, a template without {}, and unsuitable models', async () => {
  const albert = await loadGolden('default-sequence', golden.inferenceClasses);
  await expect(albert.classifyZeroShot(['w9'], [])).rejects.toThrow(InvalidArgumentError);
  await expect(albert.classifyZeroShot(['w9'], ['w10'], { hypothesisTemplate: 'w11' })).rejects.toThrow(
    'hypothesisTemplate is "w11"',
  );
  await albert.dispose();
  const unnamed = await loadGolden('default-sequence');
  await expect(unnamed.classifyZeroShot(['w9'], ['w10'])).rejects.toThrow(UnsupportedTaskError);
});

it('feature-extraction: token vectors, mean, cls, normalized, in bits; also for a model with another head', async () => {
  for (const { model: name, text, none, mean, cls, normalized, binary, ubinary } of golden.features) {
    const albert = await loadGolden(name);
    const first = async (options?: Parameters<Albert['embed']>[1]): Promise<Float32Array> =>
      (await albert.embed([text, 'w12 w13 w14 w15 w16'], options))[0] ?? new Float32Array();
    const [tokens = []] = await albert.embedTokens([text]);
    expect(tokens.map(({ token }) => token)).toEqual(['[CLS]', 'w9', 'w10', '##x200', 'w11', '[SEP]']);
    tokens.forEach(({ vector }, index) => expect(maxAbsDiff(vector, none[index] ?? [])).toBeLessThan(tolerance));
    const vector = await first();
    expect(maxAbsDiff(vector, mean)).toBeLessThan(tolerance);
    expect(await first({ pooling: 'mean' })).toEqual(vector);
    expect(maxAbsDiff(await first({ pooling: 'cls' }), cls)).toBeLessThan(tolerance);
    expect(maxAbsDiff(await first({ normalize: true }), normalized)).toBeLessThan(tolerance);
    expect(Array.from(quantizeEmbedding(vector, 'ubinary'))).toEqual(ubinary);
    expect(Array.from(quantizeEmbedding(vector, 'binary'))).toEqual(binary);
    await albert.dispose();
  }
  expect(() => quantizeEmbedding(new Float32Array(9), 'binary')).toThrow(InvalidArgumentError);
});

it('fill-mask, with top_k, of several masks', async () => {
  const { text, fills } = golden.masks;
  const found = await (await loadGolden('default-mlm')).fillMask(text, { topK: 3 });
  fills.forEach((expected, mask) =>
    expected.forEach(({ score, token, token_str, sequence }, rank) => {
      const fill = found[mask]?.[rank];
      expect(fill?.score).toBeCloseTo(score, 4);
      // Hugging Face keeps [CLS] and [SEP] in the sequence if there is more than one mask.
      expect(fill).toMatchObject({ tokenId: token, text: token_str, sequence: sequence.slice(6, -6) });
    }),
  );
});

it('fill-mask of many texts: each as if alone, in order; one without a mask rejects the call', async () => {
  const albert = await loadGolden('default-mlm');
  const texts = ['w9 [MASK] w11 w12 w13', '[MASK]', golden.masks.text];
  const reports: (readonly number[])[] = [];
  const onProgress = (...report: readonly number[]) => reports.push(report);
  const together = await albert.fillMask(texts, { topK: 2, batchSize: 2, onProgress });
  for (const [index, text] of texts.entries()) {
    const alone = await albert.fillMask(text, { topK: 2 });
    expect(together[index]?.map((fills) => fills.map(({ sequence }) => sequence))).toEqual(
      alone.map((fills) => fills.map(({ sequence }) => sequence)),
    );
  }
  expect(reports).toEqual([
    [2, 3],
    [3, 3],
  ]);
  expect(await albert.fillMask([])).toEqual([]);
  await expect(albert.fillMask([...texts, 'w9 w10'])).rejects.toThrow('"w9 w10" has no [MASK]');
});

/** Returns the distance between windows that share `overlap` tokens: transformers' `doc_stride` is the overlap. */
function distanceOf(albert: Albert, question: string, overlap: number): number {
  return albert.info().maxLength - albert.tokenizer.encode(question).ids.length - 1 - overlap;
}

it('question-answering, with top_k, in one window and in several', async () => {
  const albert = await loadGolden('default-qa');
  for (const { question, context, top_k, doc_stride, answers } of golden.answers) {
    const docStride = distanceOf(albert, question, doc_stride);
    const found = await albert.answer(question, context, { topK: top_k, docStride });
    expect(found.map(({ start, end }) => [start, end])).toEqual(answers.map(({ start, end }) => [start, end]));
    found.forEach(({ score }, rank) => expect(score).toBeCloseTo(answers[rank]?.score ?? NaN, 5));
  }
});

it('question-answering of many questions, each in its own passage or all in one', async () => {
  const albert = await loadGolden('default-qa');
  const [{ context }, long] = golden.answers as readonly [PipelineGolden['answers'][0], PipelineGolden['answers'][0]];
  const questions = golden.answers.map(({ question }) => question);
  const passages = golden.answers.map((asked) => asked.context);
  const spans = (answers: readonly { readonly start: number; readonly end: number }[] | undefined) =>
    answers?.map(({ start, end }) => [start, end]);
  const options = { topK: long.top_k, docStride: distanceOf(albert, long.question, long.doc_stride) };
  const each = await albert.answer(questions, passages, options);
  for (const [index, question] of questions.entries())
    expect(spans(each[index])).toEqual(spans(await albert.answer(question, passages[index] ?? '', options)));
  const inOne = await albert.answer(['w9', 'w10 w11'], context);
  expect(spans(inOne[1])).toEqual(spans(await albert.answer('w10 w11', context)));
  expect(await albert.answer([], context)).toEqual([]);
  await expect(albert.answer(['w9', 'w10'], [context])).rejects.toThrow('2 questions and 1 passages');
  await expect(albert.answer(['w9', ' '], context)).rejects.toThrow(InvalidArgumentError);
});

it('question-answering goes through long passages in batches, with progress', async () => {
  const albert = await loadGolden('default-qa');
  const [, long] = golden.answers;
  const reports: number[] = [];
  const docStride = distanceOf(albert, long?.question ?? '', 16);
  const options = { docStride, batchSize: 1, onProgress: (done: number) => reports.push(done) };
  const [best] = await albert.answer(long?.question ?? '', long?.context ?? '', options);
  expect(best).toMatchObject({ start: long?.answers[0]?.start, end: long?.answers[0]?.end });
  expect(reports).toEqual(reports.map((_, index) => index + 1));
  expect(reports.length).toBeGreaterThan(2);
});

it('token-classification, with every aggregation', async () => {
  const albert = await loadGolden('default-token', golden.entityClasses, await withEntityBias());
  for (const { text, aggregation, entities } of golden.entities) {
    const [found = []] = await albert.tag([text], { aggregation });
    expect(found.map(({ start, end }) => [start, end])).toEqual(entities.map(({ start, end }) => [start, end]));
    expectScores(found, entities);
    if (aggregation !== 'none')
      expect(found.map(({ token }) => token)).toEqual(found.map((of) => text.slice(of.start, of.end)));
    const [named = []] = await albert.tag([text], { aggregation, ignoreLabels: ['O'] });
    expect(named).toEqual(found.filter(({ label }) => label !== 'O'));
  }
});

/** Sets the bias with which the results were recorded. With the original one, one class would win everywhere. */
async function withEntityBias(): Promise<Uint8Array<ArrayBuffer>> {
  const file = await readFixture('models/default-token/model.safetensors');
  const bias = parseSafetensors(file).tensors.get('classifier.bias');
  new Float32Array(file.buffer, bias?.bytes.byteOffset, golden.entityBias.length).set(golden.entityBias);
  return file;
}
