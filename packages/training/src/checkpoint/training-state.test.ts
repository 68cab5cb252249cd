import * as v from 'valibot';
import { expect, it } from 'vitest';
import { ResumeError } from '../errors.ts';
import { parseTrainingState } from './training-state.ts';

const record = v.object({ evaluations: v.array(v.number()) });

it('reads what was written', () => {
  expect(parseTrainingState('{"step":3,"record":{"evaluations":[1]}}', record)).toEqual({
    step: 3,
    record: { evaluations: [1] },
  });
});

it.each([
  '',
  '{"step":3,"rec',
  'null',
  '[]',
  '{"step":-1,"record":{"evaluations":[]}}',
  '{"step":3}',
  '{"step":3,"record":{}}',
])('refuses a damaged trainer_state.json: %j', (text) =>
  expect(() => parseTrainingState(text, record)).toThrow(ResumeError),
);
