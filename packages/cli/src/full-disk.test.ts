/** Commands on a disk that fills up: a small file system in memory, which only root on Linux can mount. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixtureUrl } from '@albert-web/testing';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeRoot, spiece } from '../test/training-run.ts';
import { register as registerConvert } from './commands/convert.ts';
import { register as registerExport } from './commands/export.ts';
import { register as registerRace } from './commands/run-race.ts';
import { runCommand } from './testing/run-command.ts';
import { RunFolderError } from './errors.ts';

let root: string;
let disk: string;

beforeEach(async () => {
  root = await makeRoot();
  disk = join(root, 'disk');
  await mkdir(disk);
});
afterEach(async () => {
  if (canMount) execFileSync('umount', ['--quiet', disk]);
  await rm(root, { recursive: true });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts();

/** Whether mounting works. Containers may forbid it even to root. */
function mounts(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const mount = (kibibytes: number, more = ''): void =>
  void execFileSync('mount', ['-t', 'tmpfs', '-o', `${more}size=${Math.floor(kibibytes)}k`, 'tmpfs', disk]);

const fullDisk = /disk of .* is full.*Free some space/su;

describe.runIf(canMount)('a full disk (mounted by root)', () => {
  const source = fileURLToPath(fixtureUrl('models/default-sequence'));
  /** Size in KiB: less than half of the smallest command's output. */
  const room = 8;

  it.each([
    ['convert', ['--to', 'f16']],
    ['convert', ['--to', 'q8']],
    ['export', ['--to', 'huggingface']],
    ['export', ['--to', 'onnx']],
    ['export', ['--to', 'tfjs']],
  ] as const)('%s %j fails with a named error and leaves nothing', async (command, flags) => {
    mount(room);
    vi.spyOn(console, 'log').mockReturnValue();
    const program = new Command().exitOverride();
    registerConvert(program);
    registerExport(program);
    const run = program.parseAsync([command, source, join(disk, 'model'), ...flags], { from: 'user' });
    const failure = await run.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(fullDisk);
    expect(await readdir(disk)).toEqual([]);
  });

  it('ends a training with a named error, and the training resumes from its last checkpoint once there is space', async () => {
    const flags = {
      albert_config_file: join(root, 'config.json'),
      spm_model_file: spiece,
      data_dir: fileURLToPath(fixtureUrl('race')),
      max_seq_length: 64,
      max_qa_length: 24,
      train_batch_size: 2,
      train_step: 6,
      warmup_step: 1,
      save_checkpoints_steps: 2,
    };
    const output_dir = join(disk, 'run');
    mount(checkpointKibibytes * 1.5);
    const failure = await runCommand(registerRace, { ...flags, output_dir }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(fullDisk);
    const names = await readdir(output_dir);
    expect(names.filter((name) => /checkpoint|partial/u.test(name))).toEqual(['checkpoint-2']);
    mount(checkpointKibibytes * 20, 'remount,');
    expect(await runCommand(registerRace, { ...flags, output_dir })).toContain('Resuming after step 2 of 6');
    const whole = join(root, 'whole');
    await runCommand(registerRace, { ...flags, output_dir: whole });
    const weights = (folder: string): Promise<Buffer> => readFile(join(folder, 'checkpoint-6', 'model.safetensors'));
    expect(Buffer.compare(await weights(output_dir), await weights(whole))).toBe(0);
  }, 120_000);
});

/** Weights of 30,000 tokens with 8 floats each, and two moments for each weight. */
const checkpointKibibytes = (3 * 30_000 * 8 * 4) / 1024;
