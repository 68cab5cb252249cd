/** Trains a tiny model with the built `albert` command, in child processes that can be killed. */
import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const albertPath = fileURLToPath(new URL('../bin/albert.js', import.meta.url));

/** A SentencePiece model with 30,000 pieces. */
export const spiece = fileURLToPath(new URL('../../testing/fixtures/tokenizer/spiece.model', import.meta.url));

/** Creates a folder with `config.json`. */
export async function makeRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'albert-training-'));
  await writeFile(join(root, 'config.json'), JSON.stringify(tinyConfig));
  return root;
}

/** Two layers of width 16, with dropout. */
export const tinyConfig = {
  model_type: 'albert',
  vocab_size: 30000,
  embedding_size: 8,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 64,
  hidden_dropout_prob: 0.1,
} as const;

/** Creates forty labeled pairs in MRPC's format. */
export function mrpcTable(): string {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const other = i % 2 ? 'The cat sat' : 'A dog barked';
    return `${i % 2}\t${i}\t${i}\tThe cat sat on mat ${i} .\t${other} near mat ${i} .`;
  });
  return ['Quality\t#1 ID\t#2 ID\t#1 String\t#2 String', ...rows].join('\n');
}

/** Values of flags by name. */
export type Flags = Readonly<Record<string, string | number>>;

/** The exit of a command, and its output. */
export interface Outcome {
  /** Exit code; null if it was killed. */
  readonly code: number | null;
  /** The signal that killed it. */
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Options for running a command, and for killing it. */
export interface RunOptions {
  readonly cwd: string;
  /** Kill it as soon as its output contains this. */
  readonly killAt?: string | undefined;
  /** Default SIGKILL. */
  readonly signal?: NodeJS.Signals | undefined;
  /** Kill it after this many milliseconds. */
  readonly killAfter?: number | undefined;
  /** A module to preload, and environment variables for it. */
  readonly preload?: { readonly module: string; readonly environment: Readonly<Record<string, string>> };
}

/** Runs a command until it ends. */
export function runAlbert(command: string, flags: Flags, options: RunOptions): Promise<Outcome> {
  const { cwd, killAt, killAfter, preload, signal = 'SIGKILL' } = options;
  const given = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const before = preload ? ['--import', preload.module] : [];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...before, albertPath, command, ...given], {
      cwd,
      env: { ...process.env, ...preload?.environment },
    });
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill(signal), killAfter);
    let output = '';
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      if (killAt !== undefined && output.includes(killAt)) child.kill(signal);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}

/** Runs `run-classifier` with the tiny model on the folder's `MRPC`. */
export function classify(root: string, flags: Flags, options: Omit<RunOptions, 'cwd'> = {}): Promise<Outcome> {
  const given: Flags = {
    data_dir: root,
    task_name: 'MRPC',
    albert_config_file: join(root, 'config.json'),
    spm_model_file: spiece,
    do_train: 'True',
    do_eval: 'True',
    max_seq_length: 64,
    train_batch_size: 8,
    train_step: 12,
    warmup_step: 2,
    learning_rate: 1e-3,
    save_checkpoints_steps: 3,
    ...flags,
  };
  return runAlbert('run-classifier', given, { cwd: root, ...options });
}
