/** The output folder of a run. Checkpoints are atomic, even if the process is killed. */
import { readdirSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder, undefinedIfMissing } from '@albert-web/checkpoints';
import type { FolderFiles } from '@albert-web/training';
import { guard, partialPrefix, writeDurably, writeWhole } from '../../output/files.ts';
import { RunFolderError } from '../../errors.ts';
import { decodeText } from '../read-text.ts';
import { parseRunIdentity, type RunIdentity } from './run-json.ts';
import { checkRunLock, lockRunFolder } from './lock.ts';

const identityFile = 'run.json';
/** Prefix of a complete folder that is about to replace another. */
const readyPrefix = '.ready-';
const checkpointName = /^checkpoint-(\d+)$/u;

/** An output folder. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Creates and locks the folder, removes incomplete files of a killed run, and completes pending replacements.
   *
   * @throws RunFolderError, RunFolderInUseError if another process uses it
   */
  static async open(path: string): Promise<RunFolder> {
    await guard(path, async () => {
      await makeFolder(path);
      lockRunFolder(path);
      await clearAway(path);
    });
    return new RunFolder(path);
  }

  /** Returns the steps of the checkpoints, ascending. */
  async checkpoints(): Promise<number[]> {
    return stepsOf(await guard(this.path, () => readdir(this.path)));
  }

  /** Returns the step of the last checkpoint, synchronously, for a process that is about to end; undefined if there is none. */
  lastCheckpoint(): number | undefined {
    return stepsOf(readdirSync(this.path)).at(-1);
  }

  /** Returns the path of the checkpoint of a step. */
  checkpointPath(step: number): string {
    return join(this.path, `checkpoint-${step}`);
  }

  /** The path of the best checkpoint. */
  get bestPath(): string {
    return join(this.path, 'checkpoint-best');
  }

  /**
   * Records the identity of this run, or checks that the folder belongs to the same run.
   *
   * @throws RunFolderError if it belongs to another run
   */
  async claim(identity: RunIdentity): Promise<void> {
    const earlier = await this.readText(identityFile);
    if (earlier === undefined) return this.#claimNew(identity);
    const before = parseRunIdentity(earlier, join(this.path, identityFile));
    const different = Object.keys({ ...before, ...identity }).filter((key) => before[key] !== identity[key]);
    if (different.length === 0) return;
    const changes = different.map((key) => `${key} was ${String(before[key])}, now ${String(identity[key])}`);
    throw new RunFolderError({
      problem: `${this.path} contains a different run: ${changes.join('; ')}`,
      remedy: 'Choose another --output_dir, delete this one, or resume it with its original flags',
    });
  }

  async #claimNew(identity: RunIdentity): Promise<void> {
    const [step] = await this.checkpoints();
    if (step === undefined) return this.writeText(identityFile, `${JSON.stringify(identity, null, 2)}\n`);
    throw new RunFolderError({
      problem: `${this.path} contains checkpoint-${step} but no ${identityFile} that identifies its run`,
      remedy: 'Choose another --output_dir, or delete this one',
    });
  }

  /** Writes a checkpoint. */
  saveCheckpoint(step: number, files: FolderFiles): Promise<void> {
    return this.#replaceFolder(this.checkpointPath(step), async (partial) => {
      for (const [name, bytes] of files) await writeDurably(join(partial, name), bytes);
    });
  }

  /** Reads the files of a checkpoint. @throws RunFolderError if one of them cannot be read */
  async readCheckpoint(step: number): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const folder = this.checkpointPath(step);
    return guard(folder, async () => {
      const names = await readdir(folder);
      const files = names.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const);
      return new Map(await Promise.all(files));
    });
  }

  /** Removes the checkpoints of other steps. */
  async keepOnly(steps: readonly number[]): Promise<void> {
    for (const step of await this.checkpoints()) {
      if (steps.includes(step)) continue;
      const path = this.checkpointPath(step);
      const doomed = join(this.path, partialPrefix + basename(path));
      await guard(this.path, async () => {
        // Rename it first, so that a partly deleted folder does not look like a checkpoint.
        await rename(path, doomed);
        await remove(doomed);
      });
    }
  }

  /** Copies a checkpoint's model, without its training state, to `checkpoint-best`. */
  publishBest(step: number, withoutFiles: readonly string[]): Promise<void> {
    return this.#replaceFolder(this.bestPath, async (partial) => {
      const names = (await readdir(this.checkpointPath(step))).filter((name) => !withoutFiles.includes(name));
      for (const name of names) {
        await copyFile(join(this.checkpointPath(step), name), join(partial, name));
        await syncToDisk(join(partial, name));
      }
    });
  }

  /** Writes a small text file atomically. */
  async writeText(name: string, text: string): Promise<void> {
    await guard(this.path, async () => {
      checkRunLock(this.path);
      await writeWhole(join(this.path, name), text);
      await syncFolder(this.path);
    });
  }

  /**
   * Fills a folder under a temporary name and renames it. If the target exists, its files are replaced one by one: folders cannot be
   * swapped atomically, and the target should always exist. If the process is killed in between, the next one completes the
   * replacement from the new folder, which is complete.
   */
  async #replaceFolder(target: string, fill: (partial: string) => Promise<void>): Promise<void> {
    const partial = join(this.path, partialPrefix + basename(target));
    const ready = join(this.path, readyPrefix + basename(target));
    await guard(this.path, async () => {
      checkRunLock(this.path);
      await remove(partial);
      await mkdir(partial);
      await fill(partial);
      await syncFolder(partial);
      const replaces = await isFolder(target);
      await rename(partial, replaces ? ready : target);
      await syncFolder(this.path);
      if (replaces) await moveInto(target, ready);
    }).catch(async (error: unknown) => {
      await remove(partial).catch(() => undefined);
      throw error;
    });
  }

  /** Reads a file's text; undefined if it does not exist. @throws RunFolderError if it cannot be read; TrainingDataError */
  async readText(name: string): Promise<string | undefined> {
    const file = join(this.path, name);
    const bytes = await guard(this.path, () => undefinedIfMissing(readFile(file)));
    return bytes && decodeText(bytes, file);
  }
}

function stepsOf(names: readonly string[]): number[] {
  const steps = names.flatMap((name) => checkpointName.exec(name)?.[1] ?? []);
  return steps.map(Number).sort((a, b) => a - b);
}

/** Removes incomplete files and completes pending replacements. */
async function clearAway(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.startsWith(partialPrefix)) await remove(join(path, name));
    if (name.startsWith(readyPrefix)) await moveInto(join(path, name.slice(readyPrefix.length)), join(path, name));
  }
}

/** Moves the files of one folder over those of another. Both belong to the same run, so the files have the same names. */
async function moveInto(target: string, ready: string): Promise<void> {
  for (const name of await readdir(ready)) await rename(join(ready, name), join(target, name));
  await syncFolder(target);
  await remove(ready);
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Flushes an existing file to disk. */
async function syncToDisk(path: string, mode: 'r' | 'r+' = 'r+'): Promise<void> {
  const file = await open(path, mode);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes the entries of a folder to disk. Windows does so on its own, and cannot open folders. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncToDisk(path, 'r');
}
