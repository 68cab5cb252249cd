import { describe, expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { rowsOfStep } from './features.ts';
import { glueTask, readGlue, type Split, type TextExample } from './glue.ts';

const mrpcHeader = 'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String';

async function read(task: string, split: Split, ...chunks: string[]): Promise<TextExample[]> {
  const rows: TextExample[] = [];
  for await (const row of readGlue(glueTask(task), split, chunks, 'x.tsv')) rows.push(row);
  return rows;
}

describe('official formats', () => {
  it('MRPC: raw quotes are characters of the text', async () => {
    const rows = await read('MRPC', 'train', `${mrpcHeader}\n1\t7\t8\t" Yes , he said .\tHe said " yes " .\n`);
    expect(rows).toEqual([{ id: 'train-0', textA: '" Yes , he said .', textB: 'He said " yes " .', label: 1 }]);
  });

  it('CoLA has no header in train and dev, and one in test', async () => {
    expect(await read('cola', 'dev', 'gj04\t0\t*\tThe boy.\n')).toEqual([{ id: 'dev-0', textA: 'The boy.', label: 0 }]);
    expect(await read('cola', 'test', 'index\tsentence\n5\tThe boy.\n')).toEqual([{ id: '5', textA: 'The boy.' }]);
  });

  it('STS-B is a regression', async () => {
    const header = 'index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore';
    const [row] = await read('sts-b', 'train', `${header}\n0\tg\tf\ty\t1\ts\ts\tA plane.\tA jet.\t4.25`);
    expect(row).toEqual({ id: '0', textA: 'A plane.', textB: 'A jet.', label: 4.25 });
  });

  it('QQP skips its broken rows, as the original does', async () => {
    const rows = await read(
      'qqp',
      'train',
      'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tonly\n7\t8\t9\tc\td\n4\t5\t6\ta\tb\t1',
    );
    expect(rows).toEqual([{ id: '4', textA: 'a', textB: 'b', label: 1 }]);
  });

  it('MNLI takes gold_label, QNLI the question first', async () => {
    const mnli = 'index\tpairID\tsentence1\tsentence2\tlabel1\tgold_label\n0\t1\tp\th\tneutral\tentailment\n';
    expect(await read('mnli', 'train', mnli)).toEqual([{ id: '0', textA: 'p', textB: 'h', label: 1 }]);
    const qnli = 'index\tquestion\tsentence\tlabel\n0\tq\ts\tnot_entailment\n';
    expect(await read('qnli', 'dev', qnli)).toEqual([{ id: '0', textA: 'q', textB: 's', label: 1 }]);
  });

  it('reads labels of a test file that has them, and does without', async () => {
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

  it('an unknown task lists the known ones', () => {
    expect(() => glueTask('GLUE')).toThrow(/mrpc/u);
  });
});

it('every epoch visits every row once, in an order of its own', () => {
  const steps = Array.from({ length: 10 }, (_, step) => rowsOfStep(7, 7, step, 3));
  for (const rows of steps) expect(new Set(rows)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  expect(new Set(steps.map(String)).size).toBeGreaterThan(5);
  expect(rowsOfStep(7, 3, 2, 3)).toEqual([...(steps[0] ?? []).slice(6), ...(steps[1] ?? []).slice(0, 2)]);
});
