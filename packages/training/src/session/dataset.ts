/** Turns a table into training data: reads texts and labels from its columns, and holds out rows. */
import { checkTrainable } from '../data/features.ts';
import type { TextExample } from '../data/glue.ts';
import type { Table } from '../data/table.ts';
import { TrainingDataError } from '../errors.ts';
import { deriveKey, permutation } from '../random.ts';
import type { Columns } from './columns.ts';

/** An example and its row in the table. */
export interface LabeledExample extends TextExample {
  readonly row: number;
  /** Index of the class. */
  readonly label: number;
}

/** A column with more labels does not hold classes, but texts, numbers or ids. */
const maxLabels = 20;

/** More rows would make evaluation slower than training, for a hardly more accurate score. */
const maxHeldOut = 1000;

/** Counts each label in a column, sorted by number and letter. Empty cells are ignored. */
export function countLabels({ rows }: Table, column: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const label = row[column]?.trim() ?? '';
    if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return new Map([...counts].toSorted(([a], [b]) => compare(a, b)));
}

/** Checks the number of labels. @throws TrainingDataError for a column with too many distinct values */
export function checkLabelCount(labels: ReadonlyMap<string, number>, column: string): void {
  if (labels.size <= maxLabels) return;
  throw new TrainingDataError({
    problem: `The column "${column}" has ${labels.size.toLocaleString('en')} different labels`,
    expected: `Expected at most ${maxLabels}`,
    remedy: 'Choose the column with the classes',
    reason: { code: 'many-labels', column, labels: labels.size, most: maxLabels },
  });
}

/**
 * Returns the rows that have all texts and one of the labels.
 *
 * @param labels names of class 0, class 1, ...
 * @throws TrainingDataError for rows that nothing can be learned from
 */
export function examplesOf(
  { columns, rows }: Table,
  { first, second, label }: Columns,
  labels: readonly string[],
): LabeledExample[] {
  if (first === second || first === label || second === label) {
    const column = columns[first === second ? first : label] ?? '';
    throw new TrainingDataError({
      problem: `The column "${column}" is selected twice`,
      expected: 'Expected different columns for the texts and the label',
      remedy: 'Choose other columns',
      reason: { code: 'same-column', column },
    });
  }
  const classOf = new Map(labels.map((name, index) => [name, index]));
  const examples = rows.flatMap((row, index): LabeledExample[] => {
    const textA = row[first]?.trim() ?? '';
    const textB = second === undefined ? undefined : (row[second]?.trim() ?? '');
    const known = classOf.get(row[label]?.trim() ?? '');
    if (textA === '' || textB === '' || known === undefined) return [];
    return [{ id: String(index), row: index, textA, ...(textB !== undefined && { textB }), label: known }];
  });
  checkTrainable(
    examples.map((example) => example.label),
    'classes',
    'the table',
  );
  labels.forEach((name, index) => {
    const count = examples.filter((example) => example.label === index).length;
    if (count >= 2) return;
    throw new TrainingDataError({
      problem: `The label "${name}" is used by ${count === 1 ? 'one row' : 'no row'} with a text`,
      expected: 'Expected at least two rows per label: one to train on, one to hold out',
      remedy: 'Add rows, or remove the label',
      reason: { code: 'rare-label', label: name },
    });
  });
  return examples;
}

/** Training rows and held-out rows. */
export interface Split {
  readonly train: readonly LabeledExample[];
  readonly heldOut: readonly LabeledExample[];
}

/**
 * Holds out the same fraction of every class: at least one row, and at most a thousand in total.
 *
 * @param share fraction from 0 to 1
 */
export function split(examples: readonly LabeledExample[], share: number, seed: number): Split {
  const bounded = Math.min(share, maxHeldOut / examples.length);
  const heldOut = new Set<LabeledExample>();
  for (const label of new Set(examples.map((example) => example.label))) {
    const members = examples.filter((example) => example.label === label);
    const count = Math.min(members.length - 1, Math.max(1, Math.round(members.length * bounded)));
    for (const place of permutation(members.length, deriveKey(seed, label)).slice(0, count)) {
      const member = members[place];
      if (member) heldOut.add(member);
    }
  }
  return {
    train: examples.filter((example) => !heldOut.has(example)),
    heldOut: examples.filter((example) => heldOut.has(example)),
  };
}
