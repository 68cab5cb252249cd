import { readFixture } from '@albert-web/testing';
import { loadTokenizer, type Tokenizer } from '@albert-web/tokenizer';
import { beforeAll, describe, expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { isScorable, readSquad, trainableSquad, type SquadExample } from './examples.ts';
import { squadFeatures } from './features.ts';
import { bestNullThreshold, exactMatch, normalizeAnswer, squad2Metrics, squadMetrics, wordF1 } from './metrics.ts';
import { answerQuestions, withNullThreshold } from './predictions.ts';

const context =
  'The 𝒩ormans gave their name to Normandy, a region in France. They came from Denmark, Iceland and Norway.';
const official = {
  version: 'v2.0',
  data: [
    {
      title: 'x',
      paragraphs: [
        {
          context,
          qas: [
            {
              id: 'q1',
              question: 'Where is Normandy?',
              is_impossible: false,
              answers: [{ text: 'France', answer_start: 53 }],
            },
            { id: 'q2', question: 'Who wrote it?', is_impossible: true, answers: [] },
          ],
        },
      ],
    },
  ],
};
const lengths = { maxSeqLength: 18, docStride: 6, maxQueryLength: 8 };
let tokenizer: Tokenizer;

const read = (json: unknown): ReturnType<typeof readSquad> => readSquad(JSON.stringify(json), 'x.json');
/** Creates a file with one question about one passage. */
const fileOf = (question: object, more: object = {}): object => ({
  ...more,
  data: [{ paragraphs: [{ context: 'In France', qas: [{ id: 'a', question: 'q', ...question }] }] }],
});

beforeAll(async () => {
  tokenizer = loadTokenizer({ 'spiece.model': await readFixture('tokenizer/spiece.model') });
});

describe('reading', () => {
  it('counts positions in code points, as Python does', () => {
    const [example] = read(official).examples;
    const [answer] = example?.answers ?? [];
    expect(answer && context.slice(answer.start, answer.start + answer.text.length)).toBe('France');
  });

  it('accepts positions in code units from writers that count those', () => {
    const [example] = read(fileOf({ answers: [{ text: 'France', answer_start: 3 }] })).examples;
    const astral = JSON.stringify(fileOf({ answers: [{ text: 'France', answer_start: 5 }] })).replace('In', '𝒩𝒩');
    expect(example?.answers[0]?.start).toBe(3);
    expect(readSquad(astral, 'x.json').examples[0]?.answers[0]?.start).toBe(5);
  });

  it('reads the flat layout too', () => {
    const data = [{ id: 'a', question: 'q', context: 'In France', answers: { text: ['France'], answer_start: [3] } }];
    expect(read({ data })).toEqual({
      version2: false,
      examples: [{ id: 'a', question: 'q', context: 'In France', answers: [{ text: 'France', start: 3 }] }],
    });
  });

  it.each([
    ['v2.0', {}, true],
    ['2.0', {}, true],
    ['1.1', {}, false],
    ['v1.1', { is_impossible: false }, true],
    [undefined, { is_impossible: true }, true],
    [undefined, {}, false],
  ])('version %j, question %j: 2.0 is %s, whether or not the question has an answer', (version, question, version2) => {
    expect(read(fileOf(question, version === undefined ? {} : { version })).version2).toBe(version2);
  });

  it('an impossible question has no answer, even if the file lists one', () => {
    const answers = [{ text: 'France', answer_start: 3 }];
    expect(read(fileOf({ is_impossible: true, answers })).examples[0]?.answers).toEqual([]);
  });

  it('ignores a byte order mark', () => {
    expect(readSquad(`\uFEFF${JSON.stringify(official)}`, 'x.json').examples).toHaveLength(2);
  });

  it.each([
    ['', /x\.json is not a SQuAD file: it is empty/u],
    ['{"data": [', /x\.json is not a SQuAD file: it is not JSON/u],
    ['null', /Expected Object but received null/u],
    ['{}', /at data: .*received undefined/u],
    ['{"data": []}', /it contains no questions/u],
    ['{"data": [{"title": "x", "paragraphs": []}]}', /it contains no questions/u],
    ['{"data": [5]}', /at data\.0: .*received 5/u],
    ['{"data": [{"id": {}}]}', /at data\.0\.id: .*received Object/u],
    ['{"data": [{"paragraphs": [{"qas": []}]}]}', /at data\.0\.paragraphs\.0\.context/u],
    [JSON.stringify(fileOf({ answers: 'France' })), /at data\.0\.paragraphs\.0\.qas\.0\.answers: .*"France"/u],
    [
      JSON.stringify(fileOf({ answers: [{ text: 'France', answer_start: -1 }] })),
      /at data\.0\.paragraphs\.0\.qas\.0\.answers\.0\.answer_start: .*-1/u,
    ],
    [
      '{"data": [{"id": "a", "question": "q", "context": "c", "answers": {"text": ["c"], "answer_start": []}}]}',
      /at data\.0\.answers: 1 texts and 0 starts/u,
    ],
  ])('%s is a named error with its position', (text, message) => {
    expect(() => readSquad(text, 'x.json')).toThrow(TrainingDataError);
    expect(() => readSquad(text, 'x.json')).toThrow(message);
  });
});

it('ids may be numbers, and a position of -1 may mark a question without an answer', () => {
  const question = { question: 'q', id: 7, is_impossible: true };
  const answers = [{ text: '', answer_start: -1 }];
  const of = (qas: object): string =>
    JSON.stringify({ data: [{ paragraphs: [{ context: 'In France', qas: [qas] }] }] });
  for (const file of [of({ ...question, answers }), of({ ...question, answers: [{ text: 'x', answer_start: -1 }] })]) {
    expect(readSquad(file, 'x.json')).toMatchObject({ version2: true, examples: [{ id: '7', answers: [] }] });
  }
  expect(readSquad(of({ id: 'a', question: 'q', answers }), 'x.json').examples[0]?.answers).toEqual([]);
});

describe('trainable and scorable questions', () => {
  const { examples } = read(official);
  const [answered] = examples as [SquadExample];
  const misplaced = { ...answered, id: 'm', answers: [{ text: 'France', start: 0 }] };

  it('a misplaced answer is skipped, not trained as "no answer"', () => {
    const sorted = trainableSquad([...examples, misplaced], true, 'x.json');
    expect(sorted).toEqual({ examples, misplaced: [misplaced] });
    expect(() => trainableSquad([misplaced], true, 'x.json')).toThrow(/No answer of x\.json matches its passage/u);
  });

  it('a question of SQuAD 1.1 must have an answer', () => {
    expect(() => trainableSquad(examples, false, 'x.json')).toThrow(/"q2" of x\.json has no answer.*version_2/su);
    expect(() => isScorable(examples, false, 'x.json')).toThrow(TrainingDataError);
    expect(isScorable(examples, true, 'x.json')).toBe(true);
    expect(isScorable([answered], false, 'x.json')).toBe(true);
  });

  it('a file without any answers is a hidden test set', () => {
    expect(isScorable(examples.slice(1), false, 'x.json')).toBe(false);
  });
});

describe('windows', () => {
  it('cover the passage, and start and end are those of the answer', () => {
    const [example] = read(official).examples;
    const features = squadFeatures(tokenizer, example as SquadExample, 0, lengths);
    expect(features.length).toBeGreaterThan(2);
    expect(features.every(({ ids }) => ids.length <= 18)).toBe(true);
    const holding = features.filter(({ start }) => start > 0);
    expect(holding.length).toBeGreaterThan(0);
    for (const { start, end, contextStart, offsets } of holding) {
      const [from] = offsets[start - contextStart] ?? [0];
      const [, to] = offsets[end - contextStart] ?? [0, 0];
      expect(context.slice(from, to).trim()).toBe('France');
    }
    // Every token of the passage has maximum context in exactly one window.
    const places = features.flatMap(({ offsets, isMaxContext }) =>
      offsets.filter((_, i) => isMaxContext[i]).map(String),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('skip no token when a long question makes them shorter than the stride', () => {
    const [example] = read(official).examples;
    const wide = { ...lengths, docStride: 100 };
    const starts = squadFeatures(tokenizer, example as SquadExample, 0, wide).flatMap(({ offsets }) =>
      offsets.map(String),
    );
    const all = tokenizer.encode(context, { addSpecialTokens: false }).offsets.map(String);
    expect(new Set(starts)).toEqual(new Set(all));
  });
});

describe('answers', () => {
  const run = (nullScore: number, version2 = true) => {
    const examples = read(official).examples.slice(0, 1);
    const features = squadFeatures(tokenizer, examples[0] as SquadExample, 0, { ...lengths, maxSeqLength: 64 });
    const [feature] = features;
    if (!feature) throw new Error('no window');
    const peak = (place: number): number[] =>
      Array.from(feature.ids, (_, index) => (index === place ? 5 : index === 0 ? nullScore : -5));
    const logits = [{ start: peak(feature.start), end: peak(feature.end) }];
    return answerQuestions(examples, features, logits, { nBestSize: 5, maxAnswerLength: 8, version2 });
  };

  it('returns the text verbatim from the passage', () => expect(run(0).answers).toEqual({ q1: 'France' }));
  it('prefers no answer when its score is greater by more than the threshold', () => {
    expect(run(6).nullOdds['q1']).toBeCloseTo(2, 6);
    expect(withNullThreshold(run(6), 0)).toEqual({ q1: '' });
    expect(withNullThreshold(run(6), 2)).toEqual({ q1: 'France' });
    expect(withNullThreshold(run(6), 3)).toEqual({ q1: 'France' });
  });
  it('has no null answer in SQuAD 1.1', () => {
    expect(run(6, false).nullOdds).toEqual({});
    expect(run(6, false).nBest['q1']?.map(({ text }) => text)).not.toContain('');
    expect(withNullThreshold(run(6, false), undefined)).toEqual({ q1: 'France' });
  });
  it('ranks with probabilities that add up to 1', () => {
    const ranked = run(0).nBest['q1'] ?? [];
    expect(ranked[0]?.text).toBe('France');
    expect(ranked.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  });
  it("returns the original's placeholder if no span can be an answer", () => {
    const { examples } = read(official);
    const options = { nBestSize: 5, maxAnswerLength: 8, version2: false };
    expect(answerQuestions(examples, [], [], options).answers).toEqual({ q1: 'empty', q2: 'empty' });
    expect(answerQuestions(examples, [], [], { ...options, version2: true }).answers).toEqual({ q1: '', q2: '' });
  });
});

describe('official scores, computed by hand', () => {
  it('normalizes', () => expect(normalizeAnswer("The  Cat's an A-team!")).toBe('cats ateam'));
  it('does not take part of a word for an article', () => expect(normalizeAnswer('A Coruña')).toBe('coruña'));
  it('exact match ignores articles and punctuation', () => expect(exactMatch('the France.', 'France')).toBe(1));
  it('F1 of "in northern France" and "northern France region": 2 common of 3 and 3', () =>
    expect(wordF1('in northern France', 'northern France region')).toBeCloseTo(2 / 3, 12));
  it('F1 of texts without words is 1 if both have none', () => {
    expect(wordF1('the', '')).toBe(1);
    expect(wordF1('the', 'cat')).toBe(0);
  });

  const asked = (id: string, ...texts: string[]): SquadExample => {
    return { id, question: '', context: '', answers: texts.map((text) => ({ text, start: 0 })) };
  };

  it('1.1: the best of several answers, under the names of evaluate-v1.1.py', () => {
    const examples = [asked('a', 'Paris', 'in Paris'), asked('b', 'northern France region'), asked('c', 'Rome')];
    // a: 1 and 1. b: 0 and 2 * 2 / (3 + 3). c has no prediction.
    const metrics = squadMetrics(examples, { a: 'in Paris', b: 'in northern France' });
    expect(Object.keys(metrics)).toEqual(['exact_match', 'f1']);
    expect(metrics['exact_match']).toBeCloseTo(100 / 3, 10);
    expect(metrics['f1']).toBeCloseTo((100 * (1 + 2 / 3)) / 3, 10);
  });

  it('1.1 scores F1 0 for two texts without words', () => {
    expect(squadMetrics([asked('a', 'the')], { a: 'a' })).toEqual({ exact_match: 100, f1: 0 });
  });

  describe('2.0', () => {
    // In the order of their odds: p right, q half right, r unanswerable, s right, t unanswerable.
    const examples = [asked('p', 'Paris'), asked('q', 'red cat'), asked('r'), asked('s', 'Rome'), asked('t')];
    const answers = { p: 'Paris', q: 'red', r: 'Oslo', s: 'Rome', t: 'Bern' };
    const nullOdds = { p: -4, q: -1, r: 0.5, s: 2, t: 3 };

    it('scores all, answerable and unanswerable questions', () => {
      // Threshold 0: p and q are answered. Exact: p, r, t. F1: p 1, q 2 * 1 / (1 + 2), r 1, s 0, t 1.
      const predictions = withNullThreshold({ answers, nullOdds }, 0);
      expect(predictions).toEqual({ p: 'Paris', q: 'red', r: '', s: '', t: '' });
      const metrics = squad2Metrics(examples, { predictions, answers, nullOdds });
      expect(metrics).toMatchObject({ total: 5, HasAns_total: 3, NoAns_total: 2, NoAns_exact: 100, NoAns_f1: 100 });
      expect(metrics['exact']).toBeCloseTo(60, 10);
      expect(metrics['f1']).toBeCloseTo((100 * (1 + 2 / 3 + 1 + 0 + 1)) / 5, 10);
      expect(metrics['HasAns_exact']).toBeCloseTo(100 / 3, 10);
      expect(metrics['HasAns_f1']).toBeCloseTo((100 * (1 + 2 / 3)) / 3, 10);
    });

    it('finds the best thresholds of the null odds', () => {
      // Exact, answering one more at a time: none 2, p 3, q 3, r 2, s 3, t 2. F1: 2, 3, 3 2/3, 2 2/3, 3 2/3, 2 2/3.
      const metrics = squad2Metrics(examples, { predictions: answers, answers, nullOdds });
      expect(metrics).toMatchObject({ best_exact: 60, best_exact_thresh: -4, best_f1_thresh: -1 });
      expect(metrics['best_f1']).toBeCloseTo((100 * (3 + 2 / 3)) / 5, 10);
      expect(bestNullThreshold(examples, { answers, nullOdds })).toBe(-1);
    });

    it('the best F1 is the F1 at its threshold', () => {
      const predictions = withNullThreshold({ answers, nullOdds }, bestNullThreshold(examples, { answers, nullOdds }));
      const metrics = squad2Metrics(examples, { predictions, answers, nullOdds });
      expect(metrics['f1']).toBeCloseTo(metrics['best_f1'] ?? NaN, 10);
    });

    it('is 0 if answering nothing is best, and reports only the kinds of questions that occur', () => {
      const metrics = squad2Metrics([asked('r')], { predictions: { r: 'Oslo' }, answers, nullOdds });
      expect(metrics).toEqual({
        exact: 0,
        f1: 0,
        total: 1,
        NoAns_exact: 0,
        NoAns_f1: 0,
        NoAns_total: 1,
        best_exact: 100,
        best_exact_thresh: 0,
        best_f1: 100,
        best_f1_thresh: 0,
      });
    });
  });
});

it('windows have the token types that the tokenizer gives to pairs', async () => {
  const untyped = loadTokenizer(
    { 'spiece.model': await readFixture('tokenizer/spiece.model') },
    { tokenTypeIds: false },
  );
  const [example] = read(official).examples;
  const typesOf = (of: Tokenizer): Set<number> =>
    new Set(squadFeatures(of, example as SquadExample, 0, lengths).flatMap(({ typeIds }) => Array.from(typeIds)));
  expect(typesOf(tokenizer)).toEqual(new Set([0, 1]));
  expect(typesOf(untyped)).toEqual(new Set([0]));
});
