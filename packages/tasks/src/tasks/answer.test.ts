/** Tests how answers are found in long passages, with random logits instead of a model. */
import { readConfig } from '@albert-web/core';
import { loadTokenizer } from '@albert-web/tokenizer';
import { goldenVocabulary, seededRandom } from '@albert-web/testing';
import { expect, it } from 'vitest';
import type { Session } from '../engine/session.ts';
import { answerAll } from './answer.ts';

const tokenizer = loadTokenizer({ 'vocab.txt': goldenVocabulary });
const random = seededRandom(3);

const session = {
  head: 'question_answering',
  config: readConfig({}),
  tokenizer,
  inference: {},
  maxLength: 384,
  assertUsable: () => undefined,
  runRows: (rows: readonly { readonly ids: readonly number[] }[]) =>
    Promise.resolve(
      rows.map((encoding) => {
        const values = (): object => ({ shape: [encoding.ids.length], values: random.normals(encoding.ids.length) });
        return { encoding, outputs: { start_logits: values(), end_logits: values() } };
      }),
    ),
} as unknown as Session;

it('finds the best spans of a passage of 27 kB without blocking other work', async () => {
  // Quadratic time in the number of windows would take minutes.
  const passage = Array.from({ length: 7000 }, (_, index) => `w${5 + ((index * 7) % 290)}`).join(' ');
  expect(passage.length).toBeGreaterThan(27_000);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const [answers = []] = await answerAll(session, [['w9 w10', passage]], { topK: 5 });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
  expect(answers).toHaveLength(5);
  expect(new Set(answers.map(({ start, end }) => `${start}-${end}`)).size).toBe(5);
  expect(answers.map(({ score }) => score)).toEqual(answers.map(({ score }) => score).sort((a, b) => b - a));
  for (const { answer, start, end } of answers) expect(answer).toBe(passage.slice(start, end));
});
