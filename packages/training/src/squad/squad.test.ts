import { readFixture } from '@albert-web/testing';
import { loadTokenizer, type Tokenizer } from '@albert-web/tokenizer';
import { beforeAll, describe, expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { raceFeature, readRace } from '../race/race.ts';
import { readSquad, type SquadExample } from './examples.ts';
import { squadFeatures } from './features.ts';
import { exactMatch, normalizeAnswer, squadMetrics, wordF1 } from './metrics.ts';
import { answerQuestions } from './predictions.ts';

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

beforeAll(async () => {
  tokenizer = loadTokenizer({ 'spiece.model': await readFixture('tokenizer/spiece.model') });
});

describe('reading', () => {
  it('counts places as Python does, in code points', () => {
    const [example] = readSquad(official, 'x.json');
    const [answer] = example?.answers ?? [];
    expect(answer && context.slice(answer.start, answer.start + answer.text.length)).toBe('France');
  });

  it('reads the flat layout too', () => {
    const data = [{ id: 'a', question: 'q', context: 'In France', answers: { text: ['France'], answer_start: [3] } }];
    expect(readSquad({ data }, 'x.json')).toEqual([
      { id: 'a', question: 'q', context: 'In France', answers: [{ text: 'France', start: 3 }] },
    ]);
  });

  it.each([[{}], [{ data: [] }], [{ data: [{ id: 1 }] }], [null]])('%j is a named error', (json) => {
    expect(() => readSquad(json, 'x.json')).toThrow(TrainingDataError);
  });
});

describe('windows', () => {
  it('cover the passage, and the marked tokens are the answer', () => {
    const [example] = readSquad(official, 'x.json');
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
    // Every token of the passage has exactly one window of most context.
    const places = features.flatMap(({ offsets, isMaxContext }) =>
      offsets.filter((_, i) => isMaxContext[i]).map(String),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('leave no token out when a question leaves them less room than the stride', () => {
    const [example] = readSquad(official, 'x.json');
    const wide = { ...lengths, docStride: 100 };
    const starts = squadFeatures(tokenizer, example as SquadExample, 0, wide).flatMap(({ offsets }) =>
      offsets.map(String),
    );
    const all = tokenizer.encode(context, { addSpecialTokens: false }).offsets.map(String);
    expect(new Set(starts)).toEqual(new Set(all));
  });
});

describe('answers', () => {
  const run = (nullScore: number, nullThreshold?: number) => {
    const examples = readSquad(official, 'x.json').slice(0, 1);
    const features = squadFeatures(tokenizer, examples[0] as SquadExample, 0, { ...lengths, maxSeqLength: 64 });
    const [feature] = features;
    if (!feature) throw new Error('no window');
    const peak = (place: number): number[] =>
      Array.from(feature.ids, (_, index) => (index === place ? 5 : index === 0 ? nullScore : -5));
    const options = { nBestSize: 5, maxAnswerLength: 8, ...(nullThreshold !== undefined && { nullThreshold }) };
    return answerQuestions(examples, features, [{ start: peak(feature.start), end: peak(feature.end) }], options);
  };

  it('gives the text as the passage has it', () => expect(run(0).predictions).toEqual({ q1: 'France' }));
  it('prefers no answer when its score is greater', () => {
    expect(run(6, 0).predictions).toEqual({ q1: '' });
    expect(run(6, 0).nullOdds['q1']).toBeCloseTo(2, 6);
    expect(run(6, 3).predictions).toEqual({ q1: 'France' });
    expect(run(6).predictions).toEqual({ q1: 'France' });
  });
  it('ranks with probabilities that add up to 1', () => {
    const ranked = run(0, 0).nBest['q1'] ?? [];
    expect(ranked[0]?.text).toBe('France');
    expect(ranked.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  });
});

describe('official scores, worked by hand', () => {
  it('normalises', () => expect(normalizeAnswer("The  Cat's an A-team!")).toBe('cats ateam'));
  it('takes no part of a word for an article', () => expect(normalizeAnswer('A Coruña')).toBe('coruña'));
  it('exact match ignores articles and punctuation', () => expect(exactMatch('the France.', 'France')).toBe(1));
  it('F1 of "in northern France" and "northern France region": 2 common of 3 and 3', () =>
    expect(wordF1('in northern France', 'northern France region')).toBeCloseTo(2 / 3, 12));
  it('takes the best of several answers, and "" where there is none', () => {
    const examples: SquadExample[] = [
      {
        id: '1',
        question: '',
        context: '',
        answers: [
          { text: 'Paris', start: 0 },
          { text: 'in Paris', start: 0 },
        ],
      },
      { id: '2', question: '', context: '', answers: [] },
    ];
    const metrics = squadMetrics(examples, { 1: 'in Paris', 2: 'Rome' });
    expect(metrics).toMatchObject({ exact: 50, f1: 50, total: 2, HasAns_exact: 100, NoAns_exact: 0 });
  });
});

describe('RACE', () => {
  const passage = JSON.stringify({
    article: 'A dog barked. It was night.',
    questions: ['The _ barked.', 'When was it?'],
    options: [
      ['cat', 'dog', 'cow', 'hen'],
      ['night', 'day', 'noon', 'dawn'],
    ],
    answers: ['B', 'A'],
  });

  it('puts options into the gap or behind the question', () => {
    const examples = readRace(passage, 'high1.txt');
    expect(examples.map(({ answer }) => answer)).toEqual([1, 0]);
    const texts = examples.map((example) => {
      const { options } = raceFeature(tokenizer, example, { maxSeqLength: 64, maxQaLength: 32 });
      return tokenizer.decode(Array.from(options[1]?.ids ?? []));
    });
    expect(texts[0]).toContain('the dog barked.');
    expect(texts[1]).toContain('when was it? day');
  });

  it('fills every gap', () => {
    const [example] = readRace(passage.replace('The _ barked.', '_ was a dog, _ said.'), 'x');
    const { options = [] } = example ? raceFeature(tokenizer, example, { maxSeqLength: 64, maxQaLength: 32 }) : {};
    expect(tokenizer.decode(Array.from(options[2]?.ids ?? []))).toContain('cow was a dog, cow said.');
  });

  it('cuts the article, never the option', () => {
    const [example] = readRace(passage, 'x');
    if (!example) throw new Error('no example');
    const { options } = raceFeature(tokenizer, example, { maxSeqLength: 12, maxQaLength: 6 });
    for (const { ids } of options) expect(ids.length).toBeLessThanOrEqual(12);
    expect(tokenizer.decode(Array.from(options[0]?.ids ?? []))).toContain('cat barked');
  });

  it.each(['{', '{}', '{"article":"a","questions":["q"],"options":[["a"]],"answers":["A"]}'])(
    '%s is a named error',
    (text) => {
      expect(() => readRace(text, 'x')).toThrow(TrainingDataError);
    },
  );
});
