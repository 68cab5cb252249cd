import type { Albert } from '@albert-web/tasks';
import { load } from '@albert-web/tasks';
import { isUnnamed, labelNames, labelRole, matchLabels } from '@albert-web/core/spec';
import { InvalidArgumentError } from '@albert-web/errors';
import type { GlueTask, Split } from '@albert-web/training';
import { accuracy, f1, glueTask, matthewsCorrelation, pearson, spearman } from '@albert-web/training';
import type { Command } from 'commander';
import { Option } from 'commander';
import { ClassNamesError } from '../errors.ts';
import type { LabeledExample } from '../glue/examples.ts';
import { readExamples } from '../glue/examples.ts';
import { print, table } from '../output/print.ts';
import { checkedOption, integer } from '../training/flags.ts';
import type { ModelOptions } from './model-options.ts';
import { addModelOptions, loadOptions } from './model-options.ts';

interface EvaluateOptions extends ModelOptions {
  readonly task: string;
  readonly model: string;
  readonly data_dir: string;
  readonly split: Split;
  readonly patience?: number;
}

/** `albert evaluate --task MRPC --model DIR --data_dir DIR --split dev|test`: computes GLUE's metrics for a model. */
export function register(program: Command): void {
  addModelOptions(
    program
      .command('evaluate')
      .description('score a model on a GLUE task with the official metrics')
      .requiredOption('--task <name>', 'GLUE task, such as MRPC, QQP or STS-B')
      .requiredOption('--model <location>', 'folder, URL or Hub id')
      .requiredOption('--data_dir <folder>', "GLUE's folder, or the task's")
      .addOption(new Option('--split <name>', 'which file').choices(['dev', 'test']).default('dev'))
      .addOption(
        checkedOption(
          '--patience <n>',
          integer('early exit: stop once this many layers have confirmed the verdict', undefined, 1),
        ),
      ),
  ).action(async (options: EvaluateOptions) => {
    const task = glueTask(options.task);
    const examples = await readExamples(task, options.data_dir, options.split);
    const model = await load(options.model, loadOptions(options));
    try {
      const started = performance.now();
      const metrics = await score(model, task, examples, options.patience);
      const seconds = (performance.now() - started) / 1000;
      const { backend, precision } = model.info();
      const result = {
        task: task.folder,
        split: options.split,
        rows: examples.length,
        ...metrics,
        backend,
        precision,
        rows_per_second: Math.round(examples.length / seconds),
      };
      print(options.json, result, table(Object.entries(result).map(([name, value]) => [name, String(value)])));
    } finally {
      await model.dispose();
    }
  });
}

/** Evaluates pairs labeled 0 and 1 with `paraphrase`, scored pairs by similarity, and everything else with the classifier. */
async function score(
  model: Albert,
  task: GlueTask,
  examples: readonly LabeledExample[],
  patience: number | undefined,
): Promise<Record<string, number>> {
  const exit = patience === undefined ? {} : { earlyExit: { patience } };
  const labels = examples.map(({ label }) => label);
  const pairs = examples.flatMap(({ textA, textB }) => (textB === undefined ? [] : [[textA, textB] as const]));
  if (!task.names) {
    if (patience !== undefined) throw noVerdicts(task);
    const similarities = await similaritiesOf(model, pairs);
    return { pearson: pearson(similarities, labels), spearman: spearman(similarities, labels) };
  }
  if (task.names.some((name) => labelRole(name) === 'same')) {
    const results = await model.paraphrases(pairs, exit);
    const predictions = results.map(({ paraphrase }) => Number(paraphrase));
    return { ...binaryMetrics(predictions, labels), ...layersRun(results) };
  }
  const inputs = examples.map(({ textA, textB }) => (textB === undefined ? textA : ([textA, textB] as const)));
  const classes = classesOf(model, task.folder, task.names);
  const results = await model.classify(inputs, exit);
  const predictions = results.map(([best]) => classes.get(best?.label ?? '') ?? NaN);
  const metrics =
    task.names.length === 2 ? binaryMetrics(predictions, labels) : { accuracy: accuracy(predictions, labels) };
  return { ...metrics, ...layersRun(results.flatMap(([best]) => best ?? [])) };
}

/** Returns the average number of layers per row, if early exit was used. */
function layersRun(results: readonly { readonly depth?: number | undefined }[]): Record<string, number> {
  const depths = results.flatMap(({ depth }) => depth ?? []);
  return depths.length === 0 ? {} : { mean_layers: depths.reduce((sum, depth) => sum + depth, 0) / depths.length };
}

function noVerdicts({ folder }: GlueTask): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `${folder} is a regression, for which there is no early exit`,
    remedy: 'Leave --patience out',
  });
}

function binaryMetrics(predictions: readonly number[], labels: readonly number[]): Record<string, number> {
  return {
    accuracy: accuracy(predictions, labels),
    f1: f1(predictions, labels),
    matthews_correlation: matthewsCorrelation(predictions, labels),
  };
}

/** Computes the similarity of each pair: a sentence encoder's cosine, or the output of a regression model. */
async function similaritiesOf(model: Albert, pairs: readonly (readonly [string, string])[]): Promise<number[]> {
  const { sentenceEncoder } = model.info();
  if (!sentenceEncoder) return valuesOf(model, pairs);
  return (await model.paraphrases(pairs)).map(({ similarity }) => similarity ?? NaN);
}

/** Computes the raw output of a head with a single output. @throws ClassNamesError for a head with classes */
async function valuesOf(model: Albert, pairs: readonly (readonly [string, string])[]): Promise<number[]> {
  const names = labelNames(model.info().config);
  if (names.length !== 1) {
    throw new ClassNamesError({
      problem: `The classes of the model are ${names.join(', ')}`,
      expected: 'The task is a regression',
      remedy: 'Evaluate a model with one output, or a sentence encoder',
    });
  }
  return (await model.outputs(pairs)).map(({ logits }) => logits?.values[0] ?? NaN);
}

/**
 * Maps the model's classes to the task's, by name, or by index for two unnamed classes.
 *
 * @throws ClassNamesError
 */
function classesOf(model: Albert, folder: string, wanted: readonly string[]): ReadonlyMap<string, number> {
  const { config } = model.info();
  const names = labelNames(config);
  const unnamed = names.length === 2 && wanted.length === 2 && names.every(isUnnamed);
  const indices = unnamed ? [0, 1] : matchLabels(config, wanted);
  if (indices) return new Map(names.map((name, index) => [name, indices[index] ?? NaN]));
  throw new ClassNamesError({
    problem: `The classes of the model are ${names.join(', ')}`,
    expected: `${folder} has the classes ${wanted.join(', ')}`,
    remedy: 'Use a model for this task. If its classes have no names, add them to id2label in its config.json',
  });
}
