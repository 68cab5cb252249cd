import { labelRole } from '@albert-web/core/spec';
import { describe, expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { rowsOfStep } from './features.ts';
import { glueTask, glueTasks, readGlue, type Split, type TextExample } from './glue.ts';

const mrpcHeader = 'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String';

async function read(task: string, split: Split, ...chunks: string[]): Promise<TextExample[]> {
  const rows: TextExample[] = [];
  for await (const row of readGlue(glueTask(task), split, chunks, 'x.tsv')) rows.push(row);
  return rows;
}

const mnliColumns =
  'index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse\t' +
  'sentence1\tsentence2';
const mnliRow = '5\t31193\t31193n\tfiction\t( a )\t( b )\t(ROOT a)\t(ROOT b)\tA dog barked.\tIt was quiet.';
const stsbColumns = 'index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2';
const stsbRow = '5\tnews\tMSRpar\t2012\t1\tnone\tnone\tA plane lands.\tA jet lands.';
const pair = { id: '5', textA: 'A dog barked.', textB: 'It was quiet.' };
const jets = { id: '5', textA: 'A plane lands.', textB: 'A jet lands.' };

/** An official file: its header, a row, and the expected example. */
type Layout = readonly [task: string, split: Split, file: string, header: string, row: string, expected: TextExample];

const layouts: readonly Layout[] = [
  ['CoLA', 'train', 'train.tsv', '', 'gj04\t1\t\tThe boy ran.', { id: 'train-0', textA: 'The boy ran.', label: 1 }],
  ['CoLA', 'dev', 'dev.tsv', '', 'gj04\t0\t*\tThe boy.', { id: 'dev-0', textA: 'The boy.', label: 0 }],
  ['CoLA', 'test', 'test.tsv', 'index\tsentence', '5\tThe boy.', { id: '5', textA: 'The boy.' }],
  ['SST-2', 'train', 'train.tsv', 'sentence\tlabel', 'a joy \t1', { id: 'train-0', textA: 'a joy ', label: 1 }],
  ['SST-2', 'dev', 'dev.tsv', 'sentence\tlabel', 'a bore \t0', { id: 'dev-0', textA: 'a bore ', label: 0 }],
  ['SST-2', 'test', 'test.tsv', 'index\tsentence', '5\ta bore .', { id: '5', textA: 'a bore .' }],
  ['MRPC', 'dev', 'dev.tsv', mrpcHeader, '0\t7\t8\tA\tB', { id: 'dev-0', textA: 'A', textB: 'B', label: 0 }],
  [
    'MRPC',
    'test',
    'test.tsv',
    mrpcHeader.replace('Quality', 'index'),
    '5\t7\t8\tA\tB',
    { id: '5', textA: 'A', textB: 'B' },
  ],
  ['STS-B', 'train', 'train.tsv', `${stsbColumns}\tscore`, `${stsbRow}\t4.25`, { ...jets, label: 4.25 }],
  ['STS-B', 'test', 'test.tsv', stsbColumns, stsbRow, jets],
  [
    'QQP',
    'dev',
    'dev.tsv',
    'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate',
    '5\t2\t3\tA dog barked.\tIt was quiet.\t1',
    { ...pair, label: 1 },
  ],
  ['QQP', 'test', 'test.tsv', 'id\tquestion1\tquestion2', '5\tA dog barked.\tIt was quiet.', pair],
  [
    'MNLI',
    'train',
    'train.tsv',
    `${mnliColumns}\tlabel1\tgold_label`,
    `${mnliRow}\tneutral\tentailment`,
    { ...pair, label: 1 },
  ],
  ...(['matched', 'mismatched'] as const).flatMap((kind): Layout[] => {
    const task = kind === 'matched' ? 'MNLI' : 'MISMNLI';
    const header = `${mnliColumns}\tlabel1\tlabel2\tlabel3\tlabel4\tlabel5\tgold_label`;
    const labels = 'neutral\tneutral\tneutral\tcontradiction\tneutral';
    return [
      [task, 'dev', `dev_${kind}.tsv`, header, `${mnliRow}\t${labels}\tcontradiction`, { ...pair, label: 0 }],
      [task, 'dev', `dev_${kind}.tsv`, header, `${mnliRow}\t${labels}\tneutral`, { ...pair, label: 2 }],
      [task, 'test', `test_${kind}.tsv`, mnliColumns, mnliRow, pair],
    ];
  }),
  ...(['QNLI', 'RTE', 'WNLI'] as const).flatMap((task): Layout[] => {
    const header = task === 'QNLI' ? 'index\tquestion\tsentence' : 'index\tsentence1\tsentence2';
    const [zero, one] = task === 'WNLI' ? ['0', '1'] : ['entailment', 'not_entailment'];
    const row = '5\tA dog barked.\tIt was quiet.';
    return [
      [task, 'train', 'train.tsv', `${header}\tlabel`, `${row}\t${zero}`, { ...pair, label: 0 }],
      [task, 'dev', 'dev.tsv', `${header}\tlabel`, `${row}\t${one}`, { ...pair, label: 1 }],
      [task, 'test', 'test.tsv', header, row, pair],
    ];
  }),
  ['AX', 'test', 'diagnostic.tsv', 'index\tsentence1\tsentence2', '5\tA dog barked.\tIt was quiet.', pair],
];

describe('official layouts', () => {
  it.each(layouts)('%s %s: %s', async (task, split, file, header, row, expected) => {
    expect(glueTask(task).files[split]).toBe(file);
    const lines = header === '' ? [row, row] : [header, row, row];
    const [first, second] = await read(task, split, `${lines.join('\n')}\n`);
    expect(first).toEqual(expected);
    expect(second).toEqual({ ...expected, id: expected.id.replace('-0', '-1') });
  });

  it('cover every task', () => {
    expect(new Set(layouts.map(([task]) => task.toLowerCase()))).toEqual(new Set(Object.keys(glueTasks)));
  });

  it('AX has neither train nor dev, and only STS-B has no classes', () => {
    expect(glueTask('AX').files).toEqual({ test: 'diagnostic.tsv' });
    expect(Object.keys(glueTasks).filter((name) => !glueTask(name).labels)).toEqual(['sts-b']);
  });
});

// `load_dataset("glue", task).features["label"].names` of Hugging Face's datasets. The original orders MNLI's labels differently.
it.each([
  ['cola', ['unacceptable', 'acceptable']],
  ['sst-2', ['negative', 'positive']],
  ['mrpc', ['not_equivalent', 'equivalent']],
  ['qqp', ['not_duplicate', 'duplicate']],
  ['sts-b', undefined],
  ['mnli', ['contradiction', 'entailment', 'neutral']],
  ['mismnli', ['contradiction', 'entailment', 'neutral']],
  ['qnli', ['entailment', 'not_entailment']],
  ['rte', ['entailment', 'not_entailment']],
  ['wnli', ['not_entailment', 'entailment']],
  ['ax', ['contradiction', 'entailment', 'neutral']],
])('the classes of %s are %j, and each has a known role', (name, names) => {
  const task = glueTask(name);
  expect(task.names).toEqual(names);
  expect(names?.filter((each) => labelRole(each) === undefined) ?? []).toEqual([]);
  expect(names?.length).toBe(task.labels?.length);
});

describe('peculiarities of the files', () => {
  it('MRPC: quotes are ordinary characters', async () => {
    const rows = await read('MRPC', 'train', `${mrpcHeader}\n1\t7\t8\t" Yes , he said .\tHe said " yes " .\n`);
    expect(rows).toEqual([{ id: 'train-0', textA: '" Yes , he said .', textB: 'He said " yes " .', label: 1 }]);
  });

  it('QQP skips its broken rows, as the original does', async () => {
    const rows = await read(
      'qqp',
      'train',
      'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tonly\n7\t8\t9\tc\td\n4\t5\t6\ta\tb\t1',
    );
    expect(rows).toEqual([{ id: '4', textA: 'a', textB: 'b', label: 1 }]);
  });

  it('reads the labels of a test file if it has any', async () => {
    expect((await read('mrpc', 'test', `${mrpcHeader}\n1\t7\t8\ta\tb`))[0]?.label).toBe(1);
    expect((await read('rte', 'test', 'index\tsentence1\tsentence2\n0\ta\tb'))[0]?.label).toBeUndefined();
  });
});

describe('awkward files', () => {
  it('byte order mark, CRLF, chunks that cut lines, no last newline', async () => {
    const rows = await read(
      'mrpc',
      'dev',
      '\uFEFFQuality\t#1 ID\t#2 ID\t#1 Str',
      'ing\t#2 String\r',
      '\n0\t1\t2\ta\tb\r\n1\t1\t2\tc\td',
    );
    expect(rows.map(({ textA, textB, label }) => [textA, textB, label])).toEqual([
      ['a', 'b', 0],
      ['c', 'd', 1],
    ]);
  });

  it.each([
    ['a missing column', 'Quality\t#1 String\n1\ta', /no column.*#2 String/u],
    ['an unknown label', `${mrpcHeader}\n2\t1\t1\ta\tb`, /label "2"/u],
    ['a short row', `${mrpcHeader}\n1\t1\t1\ta`, /Line 2 of x.tsv has 4 columns/u],
    ['a NUL character', `${mrpcHeader}\n1\t1\t1\ta\0\tb`, /NUL/u],
    ['an endless line', 'x'.repeat(2 << 20), /longer than/u],
  ])('%s is a named error', async (_, text, message) => {
    const failure = await read('mrpc', 'train', text).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingDataError);
    expect(String(failure)).toMatch(message);
  });

  it.each([
    ['STSB', 'sts-b'],
    ['sts_b', 'sts-b'],
    ['STS', 'sts-b'],
    ['SST2', 'sst-2'],
    ['Sst_2', 'sst-2'],
    ['sst', 'sst-2'],
    ['cola', 'cola'],
    ['MNLI-mm', 'mismnli'],
    ['mnli_mismatched', 'mismnli'],
  ])('%s is %s', (written, name) => expect(glueTask(written)).toBe(glueTasks[name]));

  it('the error for an unknown task lists the known ones', () => {
    expect(() => glueTask('GLUE')).toThrow(/mrpc/u);
  });
});

it('every epoch visits every row once, in a different order', () => {
  const steps = Array.from({ length: 10 }, (_, step) => rowsOfStep(7, 7, step, 3));
  for (const rows of steps) expect(new Set(rows)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  expect(new Set(steps.map(String)).size).toBeGreaterThan(5);
  expect(rowsOfStep(7, 3, 2, 3)).toEqual([...(steps[0] ?? []).slice(6), ...(steps[1] ?? []).slice(0, 2)]);
});
