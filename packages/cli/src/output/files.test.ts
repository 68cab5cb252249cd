/** Every command that writes files, with an output path that cannot be written. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixtureUrl } from '@albert-web/testing';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { spiece } from '../../test/training-run.ts';
import {
  convert,
  copy,
  createPretrainingData,
  exportModel,
  pretrain,
  runClassifier,
  runRace,
  runSquad,
} from '../commands/index.ts';
import { checkWritable, onInterrupt, writeWhole } from './files.ts';
import { RunFolderError } from '../errors.ts';

const questions = fileURLToPath(fixtureUrl('squad/v2.0.json'));
const source = fileURLToPath(fixtureUrl('models/default-sequence'));
/** The symbol under which `@albert-web/model-default` registers itself, for `copy`. */
const installed = Symbol.for('albert-web.default-model');
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'albert-output-'));
  await writeFile(join(root, 'a-file'), '');
  vi.spyOn(console, 'log').mockReturnValue();
  Object.assign(globalThis, { [installed]: { name: 'a-model', texts: { 'config.json': '{}' }, urls: {} } });
});
afterEach(async () => {
  Reflect.deleteProperty(globalThis, installed);
  await rm(root, { recursive: true, force: true });
});

/** The arguments of each command. The output path is checked before anything is read. */
const commands: Readonly<Record<string, readonly [(program: Command) => void, (out: string) => readonly string[]]>> = {
  convert: [convert, (out) => [source, out]],
  export: [exportModel, (out) => [source, out, '--to=onnx']],
  copy: [copy, (out) => [out]],
  'create-pretraining-data': [
    createPretrainingData,
    (out) => [`--output_file=${join(out, 'a')}`, `--input_file=${spiece}`, `--spm_model_file=${spiece}`],
  ],
  'run-classifier': [runClassifier, (out) => [`--output_dir=${out}`, '--task_name=MRPC', '--do_train']],
  'run-race': [runRace, (out) => [`--output_dir=${out}`, '--do_train', `--data_dir=${root}`]],
  'run-squad': [
    runSquad,
    (out) => [`--output_dir=${out}`, '--do_train', `--train_file=${questions}`, '--version_2_with_negative'],
  ],
  pretrain: [pretrain, (out) => [`--output_dir=${out}`, `--input_file=${spiece}`]],
};

describe.each(Object.entries(commands))('%s', (name, [register, argumentsFor]) => {
  async function run(out: string): Promise<void> {
    const program = new Command().exitOverride();
    register(program);
    await program.parseAsync([name, ...argumentsFor(out)], { from: 'user' });
  }

  it('reports a path that leads through a file', async () => {
    const running = run(join(root, 'a-file', 'out'));
    await expect(running).rejects.toThrow(RunFolderError);
    await expect(running).rejects.toThrow(/a-file.* cannot be used/u);
    expect(await readdir(root)).toEqual(['a-file']);
  });

  // Node's own recursive mkdir never returns there.
  it.runIf(existsSync('/proc/self'))('reports a folder under /proc, where none can be created', async () => {
    await expect(run('/proc/albert-out')).rejects.toThrow(/albert-out.* cannot be used: ENOENT/u);
  });
});

it('reports an unwritable report file by name, and keeps an existing report', async () => {
  await expect(checkWritable(join(root, 'nowhere', 'report.json'))).rejects.toThrow(RunFolderError);
  await writeFile(join(root, 'report.json'), 'old');
  await checkWritable(join(root, 'report.json'));
  expect(await readFile(join(root, 'report.json'), 'utf8')).toBe('old');
});

it('replaces a file atomically', async () => {
  const file = join(root, 'a-file');
  await writeWhole(file, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(root)).toEqual(['a-file']);
});

it('an interrupted command removes its incomplete files, and ends by the same signal', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const before = process.listenerCount('SIGINT');
  const cleanUp = vi.fn<() => void>();
  onInterrupt(cleanUp);
  process.emit('SIGINT', 'SIGINT');
  expect(cleanUp).toHaveBeenCalledOnce();
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGINT']]);
  onInterrupt(cleanUp)();
  expect(process.listenerCount('SIGINT')).toBe(before);
  kill.mockRestore();
});
