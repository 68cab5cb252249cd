import { InvalidArgumentError } from '@albert-web/errors';
import type { ParaphraseResult, SentencePair } from '@albert-web/tasks';
import { load, verdictOf } from '@albert-web/tasks';
import { readLines, TrainingDataError } from '@albert-web/training';
import type { Command } from 'commander';
import { print } from '../output/print.ts';
import { readText } from '../training/read-text.ts';
import type { ModelOptions } from './model-options.ts';
import { addModelOptions, loadOptions } from './model-options.ts';

/** `albert paraphrase --model DIR A B`, or `--pairs FILE.tsv` for many pairs. */
export function register(program: Command): void {
  addModelOptions(
    program
      .command('paraphrase')
      .description('tell whether two sentences mean the same')
      .argument('[sentence-a]')
      .argument('[sentence-b]')
      .option('--model <location>', 'folder, URL or Hub id (default: the installed @albert-web/model-default)')
      .option('--pairs <file>', 'tab-separated file with one pair per line, without a header'),
  ).action(
    async (
      a: string | undefined,
      b: string | undefined,
      options: ModelOptions & { model?: string; pairs?: string },
    ) => {
      const pairs = options.pairs === undefined ? [onePair(a, b)] : await readPairs(options.pairs, a);
      const model = await load(options.model, loadOptions(options));
      try {
        const results = await model.paraphrases(pairs);
        results.forEach((result, index) => printVerdict(options.json, pairs[index] ?? ['', ''], result));
      } finally {
        await model.dispose();
      }
    },
  );
}

function printVerdict(json: boolean | undefined, [a, b]: SentencePair, result: ParaphraseResult): void {
  const verdict = verdictOf(result);
  print(
    json,
    { a, b, verdict, ...result },
    `${verdict}  ${result.probability.toFixed(3)}  (${result.method})  ${a} | ${b}`,
  );
}

function onePair(a: string | undefined, b: string | undefined): SentencePair {
  if (a !== undefined && b !== undefined) return [a, b];
  throw new InvalidArgumentError({
    problem: `${a === undefined ? 'No sentence was' : 'Only one sentence was'} given`,
    remedy: 'Pass two sentences, or --pairs FILE.tsv',
  });
}

/** Reads pairs. Quotes are ordinary characters, as in GLUE's files. @param sentence set if a sentence was given too: an error */
async function readPairs(file: string, sentence: string | undefined): Promise<SentencePair[]> {
  if (sentence !== undefined) {
    throw new InvalidArgumentError({
      problem: 'Both sentences and --pairs were given',
      remedy: 'Pass two sentences, or --pairs FILE.tsv',
    });
  }
  const pairs: SentencePair[] = [];
  for await (const { number, text } of readLines(readText(file), file)) {
    if (text === '') continue;
    const [a, b] = text.split('\t');
    if (a !== undefined && b !== undefined) pairs.push([a, b]);
    else throw noTab(file, number);
  }
  if (pairs.length === 0) throw new TrainingDataError({ problem: `${file} has no pairs`, remedy: 'Check the path' });
  return pairs;
}

function noTab(file: string, line: number): TrainingDataError {
  return new TrainingDataError({
    problem: `Line ${line} of ${file} has no tab`,
    expected: 'Expected two sentences, separated by a tab',
    remedy: 'Correct the line',
  });
}
