import { rmSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Tokenizer } from '@albert-web/tokenizer';
import {
  createInstances,
  frameRecord,
  readDocuments,
  wordStarts,
  writeExample,
  type Document,
  type InstanceOptions,
} from '@albert-web/training';
import type { Command } from 'commander';
import { guard, onInterrupt } from '../output/files.ts';
import {
  addFlags,
  ignored,
  integer,
  readFlags,
  real,
  refused,
  required,
  text,
  toggle,
  type FlagValues,
} from '../training/flags.ts';
import { findInputFiles } from '../training/input-files.ts';
import { openTokenizer } from '../training/model.ts';
import { readText } from '../training/read-text.ts';

/** The flags of google-research/albert `create_pretraining_data.py`. */
const flags = {
  input_file: text('text files, comma-separated, * allowed: one sentence per line, a blank line between documents'),
  output_file: text('TFRecord files to write, comma-separated; instances are distributed in turn'),
  albert_hub_module_handle: text('use the tokenizer of this model'),
  spm_model_file: text('SentencePiece model; from_tf_hub uses the one of the model', 'from_tf_hub'),
  vocab_file: text('WordPiece vocabulary, for the Chinese models'),
  input_file_mode: ignored('files are read as UTF-8'),
  do_lower_case: toggle('lower-case the texts', true),
  do_whole_word_mask: toggle('mask whole words', true),
  do_permutation: refused('the paper does not use it'),
  favor_shorter_ngram: toggle('mask spans of n words with probability proportional to 1 / n instead of n', true),
  random_next_sentence: toggle('take negatives from other documents (as in BERT) instead of swapping (ALBERT)', false),
  max_seq_length: integer('tokens per instance', 512, 8),
  ngram: integer('maximum words of a masked span', 3, 1),
  max_predictions_per_seq: integer('maximum masked tokens per instance', 20, 1),
  random_seed: integer('seed of pairs and masks', 12345),
  dupe_factor: integer('passes over the text, each with different pairs and masks', 40, 1),
  masked_lm_prob: real('fraction of tokens to mask', 0.15),
  short_seq_prob: real('fraction of documents split into shorter sequences', 0.1),
  parallel: ignored('one process reads the files one by one'),
} as const;

type Flags = FlagValues<typeof flags>;

/** `albert create-pretraining-data`: creates masked, paired instances. Streams its files, so texts may be larger than memory. */
export function register(program: Command): void {
  const command = program
    .command('create-pretraining-data')
    .description('create MLM + SOP instances from text files, with the flags of create_pretraining_data.py');
  addFlags(command, flags).action((given: Record<string, unknown>) => createData(readFlags(flags, given)));
}

async function createData(flags: Flags): Promise<void> {
  const inputs = await findInputFiles(required(flags.input_file, 'input_file'));
  // Without the Set, a file that is named twice would be opened and written twice.
  const outputs = [...new Set(required(flags.output_file, 'output_file').split(',').filter(Boolean))];
  required(outputs[0], 'output_file');
  const { tokenizer } = await openTokenizer(flags, flags.do_lower_case);
  const startsWord = wordStarts(tokenizer);
  const sizes = { maxSeqLength: flags.max_seq_length, maxPredictions: flags.max_predictions_per_seq };
  const written = await writeInTurn(outputs, frames());
  const few = outputs.length <= 3;
  console.log(
    `${written} instances in ${few ? outputs.join(', ') : `${outputs.length} files, ${outputs[0]} to ${outputs.at(-1)}`}`,
  );

  async function* frames(): AsyncGenerator<Uint8Array> {
    for (let pass = 0; pass < flags.dupe_factor; pass++) {
      const documents = readAll(inputs, tokenizer);
      for await (const instance of createInstances(documents, tokenizer, instanceOptions(flags), pass)) {
        yield frameRecord(writeExample(instance, sizes, startsWord));
      }
    }
  }
}

/** Distributes records over files, which appear once all are complete. @returns the number of records @throws RunFolderError */
async function writeInTurn(paths: readonly string[], records: AsyncIterable<Uint8Array>): Promise<number> {
  const files: FileHandle[] = [];
  const guarded = <T>(path: string, action: () => Promise<T>): Promise<T> =>
    guard(path, action, 'run the same command again. Partial output has been removed');
  let written = 0;
  const release = onInterrupt(() => paths.forEach((path) => rmSync(partial(path), { force: true })));
  try {
    for (const path of paths) files.push(await guarded(path, () => open(partial(path), 'w')));
    for await (const record of records) {
      const turn = written % files.length;
      await guarded(paths[turn] ?? '', async () => files[turn]?.writeFile(record));
      written++;
    }
    for (const [turn, file] of files.entries()) await guarded(paths[turn] ?? '', () => file.sync());
  } catch (error) {
    // Report only the first error, which is the cause.
    await Promise.allSettled(paths.map((path) => rm(partial(path), { force: true })));
    throw error;
  } finally {
    await Promise.all(files.map((file) => file.close()));
    release();
  }
  for (const path of paths) await guarded(path, () => rename(partial(path), path));
  return written;
}

/** A temporary name, so that a killed run leaves no file that looks complete. */
const partial = (path: string): string => `${path}.partial`;

async function* readAll(files: readonly string[], tokenizer: Tokenizer): AsyncGenerator<Document> {
  for (const file of files) yield* readDocuments(readText(file), file, tokenizer);
}

function instanceOptions(flags: Flags): InstanceOptions {
  return {
    maxSeqLength: flags.max_seq_length,
    shortSeqProb: flags.short_seq_prob,
    maskedLmProb: flags.masked_lm_prob,
    maxPredictions: flags.max_predictions_per_seq,
    ngram: flags.ngram,
    favorShorter: flags.favor_shorter_ngram,
    wholeWord: flags.do_whole_word_mask,
    randomNextSentence: flags.random_next_sentence,
    seed: flags.random_seed,
  };
}
