/**
 * The GLUE tasks and their official files, read as in google-research/albert `classifier_utils.py`: tab-separated, with quotes as
 * ordinary characters. Columns are found by their names in the header, so that files with fewer columns also work.
 */
import { InvalidArgumentError } from '@albert-web/errors';
import { TrainingDataError } from '../errors.ts';
import { readLines, type TextChunks } from './lines.ts';

/** One row of a task. */
export interface TextExample {
  /** The row's id in GLUE's submission format. */
  readonly id: string;
  readonly textA: string;
  readonly textB?: string;
  /** Index of the label, or the score of a regression task; undefined in unlabeled files. */
  readonly label?: number;
}

/** A split of a task's data. */
export type Split = 'train' | 'dev' | 'test';

/** The metric that selects the best checkpoint, with the original's name. */
export type KeyMetric = 'eval_accuracy' | 'matthew_corr' | 'pearson';

/** A task's files, columns and labels. */
export interface GlueTask {
  /** Folder in the official download. */
  readonly folder: string;
  readonly files: Readonly<Partial<Record<Split, string>>>;
  /** Accepted column names in the header. */
  readonly columns: {
    readonly id: readonly string[];
    readonly textA: readonly string[];
    readonly textB?: readonly string[];
    readonly label: readonly string[];
  };
  /** Column indices in splits without a header. */
  readonly headerless?: { readonly splits: readonly Split[]; readonly textA: number; readonly label: number };
  /** Labels in the files, by index; undefined for a regression task. */
  readonly labels: readonly string[] | undefined;
  /** Names of the labels in Hugging Face's `glue` dataset, for `id2label`; descriptive even if the files contain numbers. */
  readonly names: readonly string[] | undefined;
  readonly keyMetric: KeyMetric;
}

const usual = { train: 'train.tsv', dev: 'dev.tsv', test: 'test.tsv' } as const;
const pair = {
  id: ['index', 'id', 'pairID'],
  textA: ['sentence1', 'question1', '#1 String'],
  textB: ['sentence2', 'question2', '#2 String', 'sentence'],
  label: ['label', 'gold_label', 'is_duplicate', 'Quality'],
} as const;
const binary = ['0', '1'] as const;
const entailment = ['entailment', 'not_entailment'] as const;
const inference = ['contradiction', 'entailment', 'neutral'] as const;

function task(folder: string, labels: readonly string[] | undefined, more: Partial<GlueTask> = {}): GlueTask {
  return { folder, files: usual, columns: pair, labels, names: labels, keyMetric: 'eval_accuracy', ...more };
}

/** Tasks by the original's names, in lower case. */
export const glueTasks: Readonly<Record<string, GlueTask>> = {
  cola: task('CoLA', binary, {
    names: ['unacceptable', 'acceptable'],
    columns: { id: ['index'], textA: ['sentence'], label: ['label'] },
    headerless: { splits: ['train', 'dev'], textA: 3, label: 1 },
    keyMetric: 'matthew_corr',
  }),
  'sst-2': task('SST-2', binary, {
    names: ['negative', 'positive'],
    columns: { id: ['index'], textA: ['sentence', 'text_a'], label: ['label'] },
  }),
  mrpc: task('MRPC', binary, { names: ['not_equivalent', 'equivalent'] }),
  'sts-b': task('STS-B', undefined, { columns: { ...pair, label: ['score'] }, keyMetric: 'pearson' }),
  qqp: task('QQP', binary, { names: ['not_duplicate', 'duplicate'] }),
  mnli: task('MNLI', inference, {
    files: { train: 'train.tsv', dev: 'dev_matched.tsv', test: 'test_matched.tsv' },
    columns: { ...pair, label: ['gold_label'] },
  }),
  mismnli: task('MNLI', inference, {
    files: { train: 'train.tsv', dev: 'dev_mismatched.tsv', test: 'test_mismatched.tsv' },
    columns: { ...pair, label: ['gold_label'] },
  }),
  qnli: task('QNLI', entailment, { columns: { ...pair, textA: ['question'], textB: ['sentence'] } }),
  rte: task('RTE', entailment),
  wnli: task('WNLI', binary, { names: ['not_entailment', 'entailment'] }),
  ax: task('diagnostic', inference, { files: { test: 'diagnostic.tsv' } }),
};

/** Other common names of tasks. */
const aliases: Readonly<Record<string, string>> = {
  sst: 'sst-2',
  sts: 'sts-b',
  'mnli-m': 'mnli',
  'mnli-matched': 'mnli',
  'mnli-mm': 'mismnli',
  'mnli-mismatched': 'mismnli',
  diagnostic: 'ax',
};

/** Returns the original's name of a task, given any of its names: `STSB`, `STS-B`, `sts_b`. Undefined if it is not a GLUE task. */
function taskName(name: string): string | undefined {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
  const find = (names: readonly string[]): string | undefined => names.find((known) => bare(known) === bare(name));
  return find(Object.keys(glueTasks)) ?? aliases[find(Object.keys(aliases)) ?? ''];
}

/** Finds a task by any of its names. @throws InvalidArgumentError for an unknown task */
export function glueTask(name: string): GlueTask {
  const found = glueTasks[taskName(name) ?? ''];
  if (found) return found;
  throw new InvalidArgumentError({
    problem: `There is no task "${name}"`,
    expected: `Expected one of ${Object.keys(glueTasks).join(', ')}`,
    remedy: 'Correct the task name',
  });
}

/** Column indices of a file. */
interface Columns {
  readonly id: number;
  readonly textA: number;
  readonly textB: number | undefined;
  readonly label: number;
}

/**
 * Reads the rows of one of a task's files. Labels are read if the file has them, even in a test split.
 *
 * @param file file name for error messages
 * @throws TrainingDataError for missing columns, rows without a text, unknown labels
 */
export async function* readGlue(
  task: GlueTask,
  split: Split,
  chunks: TextChunks,
  file: string,
): AsyncGenerator<TextExample> {
  let columns = headerlessColumns(task, split);
  let row = 0;
  for await (const { number, text } of readLines(chunks, file)) {
    if (text === '') continue;
    const cells = text.split('\t');
    if (!columns) {
      columns = findColumns(task, split, cells, file);
      continue;
    }
    const example = readRow(task, columns, cells, { split, row, where: `Line ${number} of ${file}` });
    if (example) yield example;
    row++;
  }
}

function headerlessColumns({ headerless }: GlueTask, split: Split): Columns | undefined {
  if (!headerless?.splits.includes(split)) return undefined;
  return { id: -1, textA: headerless.textA, textB: undefined, label: headerless.label };
}

function findColumns({ columns }: GlueTask, split: Split, header: readonly string[], file: string): Columns {
  const find = (names: readonly string[]): number => header.findIndex((name) => names.includes(name.trim()));
  const need = (names: readonly string[]): number => {
    const place = find(names);
    if (place >= 0) return place;
    throw new TrainingDataError({
      problem: `${file} has no column ${names.map((name) => `"${name}"`).join(' or ')}; its header is ${JSON.stringify(header.join(' | '))}`,
      expected: 'Expected the official GLUE file: tab-separated, with its header line',
      remedy: 'Check that the file belongs to this task',
    });
  };
  return {
    id: find(columns.id),
    textA: need(columns.textA),
    textB: columns.textB && need(columns.textB),
    label: split === 'test' ? find(columns.label) : need(columns.label),
  };
}

/** Reads a row. Undefined for the incomplete rows of QQP, which the original skips. */
function readRow(
  task: GlueTask,
  columns: Columns,
  cells: readonly string[],
  { split, row, where }: { split: Split; row: number; where: string },
): TextExample | undefined {
  const textA = cells[columns.textA];
  const textB = columns.textB === undefined ? undefined : cells[columns.textB];
  // A few rows of QQP end before their label.
  const isShort = columns.label >= 0 && cells[columns.label] === undefined;
  if (task.folder === 'QQP' && (isShort || textA === undefined || textB === undefined)) return undefined;
  if (textA === undefined || (columns.textB !== undefined && textB === undefined)) {
    throw new TrainingDataError({
      problem: `${where} has ${cells.length} columns`,
      expected: `Expected at least ${Math.max(columns.textA, columns.textB ?? 0) + 1}, separated by tabs`,
      remedy: 'Correct the line, and replace tabs inside texts by spaces',
    });
  }
  const label = columns.label < 0 ? undefined : readLabel(task, cells[columns.label] ?? '', where);
  return {
    id: cells[columns.id] ?? (split === 'test' ? String(row) : `${split}-${row}`),
    textA,
    ...(textB !== undefined && { textB }),
    ...(label !== undefined && { label }),
  };
}

function readLabel({ labels }: GlueTask, text: string, where: string): number {
  if (labels) {
    const index = labels.indexOf(text);
    if (index >= 0) return index;
  } else if (text.trim() !== '' && Number.isFinite(Number(text))) {
    return Number(text);
  }
  throw new TrainingDataError({
    problem: `${where} has the label ${JSON.stringify(text)}`,
    expected: labels ? `Expected one of ${labels.join(', ')}` : 'Expected a number',
    remedy: 'Correct the line, or choose the task that the file belongs to',
  });
}
