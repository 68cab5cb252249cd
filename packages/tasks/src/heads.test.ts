/** Tests every head with its task, on the tiny golden models with a WordPiece vocabulary made for them. */
import { goldenVocabulary, readFixture } from '@albert-web/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoadProgress } from '@albert-web/checkpoints';
import type { Albert, LoadOptions } from './index.ts';
import { load, UnsupportedTaskError } from './index.ts';
import { InvalidArgumentError } from '@albert-web/errors';

let model: Albert | undefined;

afterEach(() => model?.dispose());

/** Loads a golden model as files that a user dropped. */
async function loadGolden(
  name: string,
  config: object = {},
  options: LoadOptions = {},
  tokenizer: object = {},
): Promise<Albert> {
  const json = JSON.parse(new TextDecoder().decode(await readFixture(`models/${name}/config.json`))) as object;
  const files = [
    new File([JSON.stringify({ ...json, ...config })], 'config.json'),
    new File([await readFixture(`models/${name}/model.safetensors`)], 'model.safetensors'),
    new File([goldenVocabulary], 'vocab.txt'),
    new File([JSON.stringify(tokenizer)], 'tokenizer_config.json'),
  ];
  model = await load(files, { backend: 'cpu', ...options });
  return model;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);

describe('sequence classification', () => {
  it('judges a pair as a cross-encoder, by the class named "paraphrase"', async () => {
    const labeled = { id2label: { 0: 'paraphrase', 1: 'different' }, label2id: { paraphrase: 0, different: 1 } };
    const { probability, method, tokens } = await (
      await loadGolden('default-sequence', labeled)
    ).paraphrase('w9 w10', 'w11');
    expect(method).toBe('cross-encoder');
    expect(tokens).toEqual([['w9', 'w10'], ['w11']]);
    await model?.dispose();
    const unnamed = await (await loadGolden('default-sequence')).paraphrase('w9 w10', 'w11');
    expect(unnamed.probability).toBeCloseTo(1 - probability, 6);
  });

  it('ranks the classes of texts and pairs, in the order of the inputs whatever their lengths', async () => {
    const albert = await loadGolden('default-sequence');
    const inputs = ['w9 w10 w11 w12 w13', 'w9', ['w9', 'w10 w11'] as const];
    const together = await albert.classify(inputs, { batchSize: 2 });
    for (const [index, input] of inputs.entries()) {
      const [alone] = await albert.classify([input]);
      expect(sum((together[index] ?? []).map(({ score }) => score))).toBeCloseTo(1, 6);
      together[index]?.forEach(({ label, score }, rank) => {
        expect(label).toBe(alone?.[rank]?.label);
        expect(score).toBeCloseTo(alone?.[rank]?.score ?? NaN, 5);
      });
    }
  });

  it('truncates at model_max_length, as transformers does', async () => {
    const [whole] = await (await loadGolden('default-sequence')).outputs(['w9 w10 w11']);
    await model?.dispose();
    const short = await loadGolden('default-sequence', {}, {}, { model_max_length: 5 });
    expect(short.info().maxLength).toBe(5);
    expect(await short.outputs(['w9 w10 w11 w12 w13'])).toEqual([whole]);
    await model?.dispose();
    const unlimited = await loadGolden('default-sequence', {}, {}, { model_max_length: 1e30 });
    expect(unlimited.info().maxLength).toBe(unlimited.info().config.max_position_embeddings);
  });

  it('stops early when the likeliest class has settled, and returns the depth', async () => {
    const albert = await loadGolden('default-sequence');
    const inputs = ['w9 w10 w11 w12 w13', 'w9', ['w9', 'w10 w11'] as const];
    const last = albert.info().config.num_hidden_layers;
    const stopped = await albert.classify(inputs, { earlyExit: { patience: 1 } });
    for (const [index, input] of inputs.entries()) {
      const depths = Array.from({ length: last }, (_, layer) => layer + 1);
      const alone = await Promise.all(depths.map((depth) => albert.classify([input], { depth })));
      const best = alone.map(([scores]) => scores?.[0]);
      const settled = best.findIndex((score, layer) => layer > 0 && score?.label === best[layer - 1]?.label);
      const expected = settled < 0 ? last - 1 : settled;
      expect(stopped[index]?.[0]?.depth).toBe(expected + 1);
      expect(stopped[index]?.[0]?.label).toBe(best[expected]?.label);
      expect(stopped[index]?.[0]?.score).toBeCloseTo(best[expected]?.score ?? NaN, 5);
    }
    await model?.dispose();
    const regression = await loadGolden('default-sequence', { problem_type: 'regression' });
    await expect(regression.classify(['w9'], { earlyExit: { patience: 1 } })).rejects.toThrow(InvalidArgumentError);
  });

  it('rejects a call that is aborted, even during its last batch', async () => {
    const albert = await loadGolden('default-sequence');
    for (const turns of [0, 1]) {
      const controller = new AbortController();
      const asked = albert.classify('w9', { signal: controller.signal });
      const reason = `after ${turns} turns`;
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      controller.abort(reason);
      await expect(asked).rejects.toBe(reason);
    }
    expect(await albert.classify('w9')).toEqual([expect.any(Object), expect.any(Object)]);
  });

  it('reports progress that ends at the number of inputs', async () => {
    const seen: number[] = [];
    const albert = await loadGolden('default-sequence');
    await albert.paraphrases(
      Array.from({ length: 5 }, () => ['w9', 'w10'] as const),
      {
        batchSize: 2,
        onProgress: (done, total) => seen.push(done / total),
      },
    );
    expect(seen).toEqual([2 / 5, 4 / 5, 1]);
  });
});

it('fills each mask with the likeliest pieces', async () => {
  const albert = await loadGolden('default-mlm');
  const masks = await albert.fillMask('w9 [MASK] w11 [MASK]', { topK: 3 });
  expect(masks).toHaveLength(2);
  for (const fills of masks) {
    expect(fills).toHaveLength(3);
    expect(fills[0]?.score).toBeGreaterThan(fills[2]?.score ?? 1);
    expect(fills[0]?.sequence).toContain(fills[0]?.text);
  }
  await expect(albert.fillMask('w9 w10')).rejects.toThrow(InvalidArgumentError);
});

it.each([0, -1, 1.5, NaN])('a batch size of %d is rejected, and causes no endless loop', async (batchSize) => {
  const masked = await loadGolden('default-mlm');
  await expect(masked.fillMask(['w9 [MASK]'], { batchSize })).rejects.toThrow(InvalidArgumentError);
  await masked.dispose();
  const classifier = await loadGolden('default-sequence');
  await expect(classifier.classify(['w9'], { batchSize })).rejects.toThrow(InvalidArgumentError);
});

it('accepts device and dtype for backend and precision, and rejects unknown options and values', async () => {
  const albert = await loadGolden('default-sequence', {}, { backend: undefined, device: 'cpu', dtype: 'fp32' });
  expect(albert.info()).toMatchObject({ backend: 'wasm', precision: 'f32' });
  const refused = async (options: object): Promise<void> => {
    await expect(loadGolden('default-sequence', {}, options)).rejects.toThrow(InvalidArgumentError);
  };
  await refused({ device: 'wasm' });
  await refused({ precision: 'q8', dtype: 'fp32' });
  await refused({ dtype: 'q2' });
  await refused({ backend: 'gpu' });
  await refused({ backend: [] });
  await refused({ backend: ['wasm', 'cuda'] });
  await refused({ threads: 0 });
  await refused({ threads: 1e9 });
  await refused({ onProgres: () => undefined });
});

it('reports progress, and reports when the model is ready', async () => {
  const reports: LoadProgress[] = [];
  await loadGolden('default-sequence', {}, { onProgress: (report) => reports.push(report) });
  const size = (await readFixture('models/default-sequence/model.safetensors')).length;
  const whole = { loaded: size, total: size, file: 'model.safetensors', fileLoaded: size, fileTotal: size };
  expect(reports.slice(-2)).toEqual([
    { ...whole, status: 'progress' },
    { ...whole, status: 'ready' },
  ]);
});

describe('question answering', () => {
  it('returns spans of the text of the passage', async () => {
    const passage = 'W20 w21,  w22 w23 w24';
    const answers = await (await loadGolden('default-qa')).answer('w9 w10', passage, { topK: 4 });
    expect(answers).toHaveLength(4);
    for (const { answer, start, end, score } of answers) {
      expect(answer).toBe(passage.slice(start, end));
      expect(score).toBeGreaterThan(0);
    }
    expect(answers.map(({ score }) => score)).toEqual(answers.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('slides over a passage longer than the model, and finds the best span of all windows', async () => {
    const albert = await loadGolden('default-qa');
    const passage = Array.from({ length: 200 }, (_, index) => `w${5 + (index % 250)}`).join(' ');
    const [best] = await albert.answer('w9 w10', passage, { docStride: 16, topK: 1 });
    expect(best?.answer).toBe(passage.slice(best?.start, best?.end));
    expect(albert.tokenizer.encode(passage).ids.length).toBeGreaterThan(albert.info().maxLength);
  });
});

it('tags every token of the text and no others', async () => {
  const [tagged] = await (await loadGolden('default-token')).tag(['w9 w10 w11']);
  expect(tagged?.map(({ token, start, end }) => [token, start, end])).toEqual([
    ['w9', 0, 2],
    ['w10', 3, 6],
    ['w11', 7, 10],
  ]);
});

it('chooses among choices, each scored independently of the others', async () => {
  const albert = await loadGolden('default-choice');
  const { choice, scores } = await albert.choose('w9', ['w10', 'w11 w12', 'w13']);
  expect(sum([...scores])).toBeCloseTo(1, 6);
  expect(scores[choice]).toBe(Math.max(...scores));
  const swapped = await albert.choose('w9', ['w13', 'w11 w12', 'w10']);
  expect(swapped.scores[0]).toBeCloseTo(scores[2] ?? NaN, 5);
  await expect(albert.choose('w9', ['w10'])).rejects.toThrow(InvalidArgumentError);
});

it('judges sentence order', async () => {
  const albert = await loadGolden('default-pretraining');
  const { inOrder, probability } = await albert.sentenceOrder('w9 w10', 'w11');
  expect(inOrder).toBe(probability >= 0.5);
  expect(await albert.fillMask('w9 [MASK]')).toHaveLength(1);
});

it('embeds with a bare encoder by the mean over the tokens, padding excluded', async () => {
  const albert = await loadGolden('default-base');
  const [alone] = await albert.embed(['w9 w10']);
  const [padded] = await albert.embed(['w9 w10', 'w9 w10 w11 w12']);
  expect(alone).toHaveLength(albert.info().config.hidden_size);
  padded?.forEach((value, index) => expect(value).toBeCloseTo(alone?.[index] ?? NaN, 5));
  await expect(albert.paraphrase('w9', 'w10')).rejects.toThrow(UnsupportedTaskError);
  await expect(albert.explain('w9', 'w10')).rejects.toThrow(UnsupportedTaskError);
});

describe('loading', () => {
  it('reports bytes that never decrease and end at their total', async () => {
    const seen: { loaded: number; total: number }[] = [];
    await loadGolden('default-sequence', {}, { onProgress: (progress) => seen.push(progress) });
    const loaded = seen.map((progress) => progress.loaded);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(new Set(seen.map(({ total }) => total)).size).toBe(1);
    expect(seen.at(-1)?.loaded).toBe(seen.at(-1)?.total);
  });

  it('throws a named error for each kind of broken folder', async () => {
    await expect(load([], { backend: 'cpu' })).rejects.toMatchObject({ name: 'MissingFileError' });
    await expect(loadGolden('default-sequence', { model_type: 'bert' })).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(loadGolden('default-sequence', { hidden_size: 32 })).rejects.toMatchObject({
      name: 'TensorShapeError',
    });
    const otherHead = { architectures: ['AlbertForQuestionAnswering'] };
    await expect(loadGolden('default-sequence', otherHead)).rejects.toMatchObject({ name: 'MissingTensorError' });
    const html = [new File(['<!doctype html>'], 'config.json')];
    await expect(load(html, { backend: 'cpu' })).rejects.toMatchObject({ name: 'StandInError' });
  });

  it('stops for an aborted signal', async () => {
    await expect(loadGolden('default-sequence', {}, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/iu);
  });
});
