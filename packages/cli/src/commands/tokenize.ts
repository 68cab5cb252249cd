import type { Tokenizer } from '@albert-web/tokenizer';
import { readTokenizer } from '@albert-web/tokenizer';
import { openModel, optionalFiles } from '@albert-web/checkpoints';
import type { Command } from 'commander';
import { readLines } from '@albert-web/training';
import { print } from '../output/print.ts';
import { decodeChunks } from '../training/read-text.ts';
import { readTokenizerGolden, type TokenizerGolden } from '../verify/recording.ts';

/** The name of standard input in error messages. */
const input = 'standard input';

/** `albert tokenize --model DIR [--golden FILE]`: tokenizes lines of stdin, or counts the recorded cases that differ. */
export function register(program: Command): void {
  program
    .command('tokenize')
    .description('tokenize lines of standard input, or check a recording')
    .requiredOption('--model <location>', 'folder, URL or Hub id with a tokenizer')
    .option('--golden <file>', 'recording to compare with; exits with 1 if a case differs')
    .option('--json', 'print one line of JSON per text')
    .action(async ({ model, golden, json }: { model: string; golden?: string; json?: boolean }) => {
      const tokenizer = await readTokenizer(optionalFiles(await openModel(model)));
      if (golden) return compare(tokenizer, await readTokenizerGolden(golden), json);
      for await (const { text } of readLines(decodeChunks(process.stdin, input), input)) {
        const { ids, tokens } = tokenizer.encode(text);
        print(json, { text, ids, tokens }, ids.join(' '));
      }
    });
}

function compare(tokenizer: Tokenizer, { cases, pairs }: TokenizerGolden, json: boolean | undefined): void {
  const singles = cases.map(({ text, ids }) => ({ input: text, expected: ids, actual: tokenizer.encode(text).ids }));
  const doubles = pairs.map(({ a, b, max_length, input_ids, token_type_ids, attention_mask }) => {
    const { ids, typeIds, attentionMask } = tokenizer.encode([a, b], { maxLength: max_length, padding: 'max_length' });
    return {
      input: [a, b],
      expected: [...input_ids, ...token_type_ids, ...attention_mask],
      actual: [...ids, ...typeIds, ...attentionMask],
    };
  });
  const all = [...singles, ...doubles];
  const wrong = all.filter(({ expected, actual }) => expected.join() !== actual.join());
  const result = { cases: all.length, different: wrong.length, first: wrong[0] ?? null };
  print(
    json,
    result,
    `${result.different} of ${result.cases} differ${wrong[0] ? `; first: ${JSON.stringify(wrong[0])}` : ''}`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}
