import { glueTask } from '@albert-web/training';
import type { Command } from 'commander';
import { Option } from 'commander';
import { compare, keepsRule, rule } from '../compare/compare.ts';
import type { CompareRequest, CompareResult } from '../compare/compare.ts';
import { compareInChromium } from '../compare/in-chromium.ts';
import { readExamples } from '../glue/examples.ts';
import { print, table } from '../output/print.ts';
import { checkedOption, integer } from '../training/flags.ts';
import type { ChromiumOptions } from './model-options.ts';
import { addChromiumOptions, addModelOptions, runsInChromium } from './model-options.ts';

interface CompareOptions extends ChromiumOptions {
  readonly reference?: string;
  readonly task: string;
  readonly data_dir: string;
  readonly split: 'dev' | 'test' | 'both';
  readonly limit?: number;
}

/** `albert compare MODEL --data_dir GLUE`: compares a quantized model with f32. Exits with 1 if it breaks the rule. */
export function register(program: Command): void {
  const command = program
    .command('compare')
    .description('compare the verdicts of a quantized model with f32')
    .argument('<model>', 'folder of the model')
    .option('--reference <model>', 'folder of the unquantized model (default: the same)')
    .requiredOption('--data_dir <folder>', "GLUE's folder, or the task's")
    .addOption(new Option('--task <name>', 'pairs to judge').choices(['MRPC', 'QQP']).default('MRPC'))
    .addOption(new Option('--split <name>', 'which files').choices(['dev', 'test', 'both']).default('both'))
    .addOption(
      checkedOption(
        '--limit <n>',
        integer('number of pairs, spread evenly over the files (default: all)', undefined, 1),
      ),
    );
  addChromiumOptions(addModelOptions(command)).action(async (model: string, options: CompareOptions) => {
    const request = await readRequest(model, options);
    const result = await (runsInChromium(options) ? compareInChromium(request) : compare(request));
    print(options.json, result, describe(result));
    if (!keepsRule(result)) process.exitCode = 1;
  });
}

async function readRequest(model: string, options: CompareOptions): Promise<CompareRequest> {
  const { reference = model, task, data_dir, split, backend, precision = 'q8', threads } = options;
  const splits = split === 'both' ? (['dev', 'test'] as const) : [split];
  const all = (await Promise.all(splits.map((each) => readExamples(glueTask(task), data_dir, each)))).flat();
  const examples = spread(all, options.limit ?? all.length);
  return {
    model,
    reference,
    pairs: examples.map(({ textA, textB = '' }) => [textA, textB] as const),
    labels: examples.map(({ label }) => label),
    backend,
    precision,
    settings: { threads },
  };
}

/** Picks the given number of items, evenly spaced. */
function spread<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step)).slice(0, count);
}

function describe(result: CompareResult): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const difference = Math.abs(result.accuracy - result.referenceAccuracy);
  return table([
    ['', 'found', 'rule'],
    ['equal labels', percent(result.equalLabels), `at least ${percent(rule.equalLabels)}`],
    ['accuracy', `${percent(result.accuracy)}, f32 ${percent(result.referenceAccuracy)}`, ''],
    ['difference', percent(difference), `at most ${percent(rule.accuracyDifference)}`],
    ['cosine, mean', result.meanCosine.toFixed(5), `at least ${rule.meanCosine}`],
    ['cosine, worst', result.worstCosine.toFixed(5), `at least ${rule.worstCosine}`],
    [`${result.pairs} pairs, ${result.precision} on ${result.backend}`, keepsRule(result) ? 'passed' : 'FAILED', ''],
  ]);
}
