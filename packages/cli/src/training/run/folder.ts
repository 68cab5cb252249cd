/** The output folder of a run: checkpoints that are whole or not there, whenever the process is killed. */
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AlbertError, messageOf } from '@albert-web/errors';
import type { FolderFiles } from '@albert-web/training';
import { RunFolderError } from './folder-error.ts';
import { parseRunIdentity, type RunIdentity } from './run-json.ts';
import { checkRunLock, lockRunFolder } from './lock.ts';

const identityFile = 'run.json';
/** Before the name of what is being written, and of a whole folder whose files go into the one that it replaces. */
const partialPrefix = '.partial-';
const readyPrefix = '.ready-';
const checkpointName = /^checkpoint-(\d+)$/u;

/** An output folder. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes the folder, takes it for this process, clears away what a killed run left half-written, and ends what it was about
   * to replace.
   *
   * @throws RunFolderError, RunFolderInUseError when another process is at work in it.
   */
  static async open(path: string): Promise<RunFolder> {
    await guard(path, async () => {
      await mkdir(path, { recursive: true });
      lockRunFolder(path);
      await clearAway(path);
    });
    return new RunFolder(path);
  }

  /** Steps of the checkpoints, ascending. */
  async checkpoints(): Promise<number[]> {
    const names = await guard(this.path, () => readdir(this.path));
    const steps = names.flatMap((name) => checkpointName.exec(name)?.[1] ?? []);
    return steps.map(Number).sort((a, b) => a - b);
  }

  /** Where the checkpoint of a step is. */
  checkpointPath(step: number): string {
    return join(this.path, `checkpoint-${step}`);
  }

  /** Where the best checkpoint of a finished run is. */
  get bestPath(): string {
    return join(this.path, 'checkpoint-best');
  }

  /**
   * Says what this run is, or checks that the folder holds the same run.
   *
   * @throws RunFolderError when it holds another.
   */
  async claim(identity: RunIdentity): Promise<void> {
    const earlier = await this.readText(identityFile);
    if (earlier === undefined) return this.#claimNew(identity);
    const before = parseRunIdentity(earlier, join(this.path, identityFile));
    const different = Object.keys({ ...before, ...identity }).filter((key) => before[key] !== identity[key]);
    if (different.length === 0) return;
    const changes = different.map((key) => `${key} was ${String(before[key])}, is ${String(identity[key])}`);
    throw new RunFolderError({
      problem: `${this.path} holds another run: ${changes.join('; ')}`,
      remedy: 'Give another --output_dir, delete this one, or repeat the flags it was started with to resume it',
    });
  }

  async #claimNew(identity: RunIdentity): Promise<void> {
    const [step] = await this.checkpoints();
    if (step === undefined) return this.writeText(identityFile, `${JSON.stringify(identity, null, 2)}\n`);
    throw new RunFolderError({
      problem: `${this.path} holds checkpoint-${step} and no ${identityFile} that says of which run`,
      remedy: 'Give another --output_dir, or delete this one',
    });
  }

  /** Writes a checkpoint. */
  saveCheckpoint(step: number, files: FolderFiles): Promise<void> {
    return this.#replaceFolder(this.checkpointPath(step), async (partial) => {
      for (const [name, bytes] of files) await writeDurably(join(partial, name), bytes);
    });
  }

  /** The files of a checkpoint. @throws RunFolderError when one of them cannot be read. */
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
        // Renamed first: killed in between, no half of it looks like a checkpoint.
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

  /** Writes a small text file in one step. */
  async writeText(name: string, text: string): Promise<void> {
    const partial = join(this.path, partialPrefix + name);
    await guard(this.path, async () => {
      checkRunLock(this.path);
      await writeDurably(partial, new TextEncoder().encode(text));
      await rename(partial, join(this.path, name));
      await syncFolder(this.path);
    });
  }

  /**
   * Has a folder filled under another name, then renamed. Where there is one already its files are replaced one by one: folders
   * cannot change places in one step, and there is never to be none. A process killed meanwhile leaves the whole new folder
   * beside it, and the next one goes on.
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

  /** A file's text, undefined when it is not there. @throws RunFolderError when it is there and cannot be read. */
  readText(name: string): Promise<string | undefined> {
    const read = async (): Promise<string | undefined> => {
      try {
        return await readFile(join(this.path, name), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    };
    return guard(this.path, read);
  }
}

/** Removes what is half-written, and ends what was about to be replaced. */
async function clearAway(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.startsWith(partialPrefix)) await remove(join(path, name));
    if (name.startsWith(readyPrefix)) await moveInto(join(path, name.slice(readyPrefix.length)), join(path, name));
  }
}

/** Moves the files of one folder over those of another; both are of one run, so they have the same names. */
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

/** On the disk before it is renamed: a rename is no use when the power fails before the bytes are out. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Has the bytes of a file that is there put on the disk. */
async function syncToDisk(path: string, mode: 'r' | 'r+' = 'r+'): Promise<void> {
  const file = await open(path, mode);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Has the names in a folder put on the disk; Windows does that by itself, and cannot open a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncToDisk(path, 'r');
}

/** Reads or writes files of `path`; what fails is named. @param whenFull what to do besides freeing some space. */
export async function guard<T>(
  path: string,
  action: () => Promise<T>,
  whenFull = 'run the same command again: it resumes from the last checkpoint',
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Not the file system's: it says for itself what is wrong.
    if (error instanceof AlbertError) throw error;
    if (typeof code !== 'string') throw error;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    throw new RunFolderError(
      {
        problem: full ? `The disk of ${path} is full` : `${path} cannot be used: ${messageOf(error)}`,
        remedy: full ? `Free some space and ${whenFull}` : 'Check the path and its permissions',
      },
      { cause: error },
    );
  }
}
