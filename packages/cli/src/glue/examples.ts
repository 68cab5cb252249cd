/** Reads the labeled rows of a GLUE task. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError } from '@albert-web/errors';
import type { GlueTask, Split, TextExample } from '@albert-web/training';
import { readGlue } from '@albert-web/training';
import { readText } from '../training/read-text.ts';

export type LabeledExample = TextExample & { readonly label: number };

/** Reads a split. @param folder GLUE's or the task's @throws InvalidArgumentError if the file is missing or has no labels */
export async function readExamples(task: GlueTask, folder: string, split: Split): Promise<LabeledExample[]> {
  const name = task.files[split] ?? `${split}.tsv`;
  const inTask = join(folder, task.folder, name);
  const file = (await exists(inTask)) ? inTask : join(folder, name);
  if (!(await exists(file))) {
    throw new InvalidArgumentError({
      problem: `There is neither ${inTask} nor ${file}`,
      remedy: "Set --data_dir to GLUE's folder or to the task's",
    });
  }
  const examples: LabeledExample[] = [];
  for await (const example of readGlue(task, split, readText(file), file)) {
    if (example.label === undefined) {
      throw new InvalidArgumentError({
        problem: `${file} has no labels`,
        remedy: 'Use --split dev, or a test file with its labels',
      });
    }
    examples.push({ ...example, label: example.label });
  }
  return examples;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
