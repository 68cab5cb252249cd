/** The parsers of this package, for the fuzzer of `@albert-web/testing`. */
import {
  jsonBytes,
  mutateJson,
  mutateProtobuf,
  mutateTable,
  type Bytes,
  type FuzzTarget,
} from '@albert-web/testing/fuzz';
import * as v from 'valibot';
import { parseTrainingState } from '../checkpoint/training-state.ts';
import { glueTask, readGlue } from '../data/glue.ts';
import { readLines } from '../data/lines.ts';
import { readTable } from '../data/table.ts';
import type { PretrainingInstance } from '../pretraining/instances.ts';
import { readRace } from '../race/race.ts';
import { readExample, writeExample } from '../records/example.ts';
import { frameRecord, readRecords } from '../records/tf-record.ts';
import { readSquad } from '../squad/examples.ts';

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const textOf = (bytes: Bytes): string => new TextDecoder().decode(bytes);

/** Reads every item of a stream. */
async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) if (item === undefined) throw new Error('an item is undefined');
}

async function* once<T>(chunk: T): AsyncGenerator<T> {
  yield await Promise.resolve(chunk);
}

const squad = {
  version: 'v2.0',
  data: [
    {
      title: 'Cats',
      paragraphs: [
        {
          context: 'The cat sleeps on the sofa.',
          qas: [
            { id: 'a', question: 'Who sleeps?', answers: [{ text: 'The cat', answer_start: 0 }], is_impossible: false },
            { id: 'b', question: 'Who sings?', answers: [], is_impossible: true },
          ],
        },
      ],
    },
  ],
};
const race = {
  id: 'high1.txt',
  article: 'The cat sleeps.',
  questions: ['Who sleeps?'],
  options: [['the cat', 'the dog', 'the bird', 'nobody']],
  answers: ['A'],
};
const mrpc = `Quality\t#1 ID\t#2 ID\t#1 String\t#2 String
1\t1\t2\tThe cat sleeps.\tA cat is asleep.
0\t3\t4\tThe "cat" sleeps.\tThe dog barks.
`;
const csv = `id,sentence1,sentence2,label
1,"Yes, the door is open.",The door is open.,same
2,"She said ""no"".",Her answer was no.,same
3,He came early.,He came late.,different
`;
const state = { step: 3, record: { evaluations: [{ step: 2, metrics: { accuracy: 0.5 }, best: true }] } };
const recordSchema = v.object({
  evaluations: v.array(v.object({ step: v.number(), metrics: v.record(v.string(), v.number()), best: v.boolean() })),
});

const instance: PretrainingInstance = {
  ids: [2, 9, 4, 3, 10, 3],
  typeIds: [0, 0, 0, 0, 1, 1],
  positions: [2],
  labels: [11],
  swapped: 1,
};

/** Returns all parsers of this package as fuzz targets. */
export function fuzzTargets(): FuzzTarget[] {
  const example = Uint8Array.from(writeExample(instance, { maxSeqLength: 8, maxPredictions: 2 }, () => true));
  return [
    { name: 'CSV', seed: utf8(csv), read: (bytes) => readTable(textOf(bytes)), structure: mutateTable(',') },
    {
      name: 'GLUE TSV',
      seed: utf8(mrpc),
      read: (bytes) => drain(readGlue(glueTask('MRPC'), 'train', once(textOf(bytes)), 'train.tsv')),
      structure: mutateTable('\t'),
    },
    {
      name: 'SQuAD',
      seed: jsonBytes(squad),
      read: (bytes) => readSquad(textOf(bytes), 'train-v2.0.json'),
      structure: mutateJson,
    },
    {
      name: 'RACE',
      seed: jsonBytes(race),
      read: (bytes) => readRace(textOf(bytes), '1.txt'),
      structure: mutateJson,
    },
    {
      name: 'trainer_state.json',
      seed: jsonBytes(state),
      read: (bytes) => parseTrainingState(textOf(bytes), recordSchema),
      structure: mutateJson,
    },
    {
      name: 'text',
      seed: utf8('The cat sleeps.\nIt is warm.\n\nThe dog barks.\n'),
      read: (bytes) => drain(readLines(once(textOf(bytes)), 'corpus.txt')),
      structure: mutateTable(' '),
    },
    {
      name: 'TFRecord',
      seed: frameRecord(example),
      read: (bytes) => drain(readRecords(once(bytes), 'train.tfrecord')),
    },
    {
      name: 'tf.train.Example',
      seed: example,
      read: (bytes) => readExample(bytes, 'train.tfrecord'),
      structure: mutateProtobuf,
    },
  ];
}
