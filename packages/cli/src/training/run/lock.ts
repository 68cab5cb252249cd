/** One process at a time in an output folder: a file that says which, and how long ago it was last alive. */
import { readFileSync, rmSync, statSync, utimes, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AlbertError } from '@albert-web/errors';

/** Another process is at work in the output folder. */
export class RunFolderInUseError extends AlbertError {
  override readonly name = 'RunFolderInUseError';
}

/** Its name in the folder. */
export const lockFile = 'run.lock';

/** Milliseconds between two signs of life, and after which an owner that gives none counts as dead. */
const heartbeat = 10_000;
const deadAfter = 10 * 60_000;
/** Taking over takes no longer than this, unless the process that did so was killed. */
const takeoverTime = 10_000;

/** What the file holds. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

const held = new Set<string>();

/**
 * Takes the folder for this process until it ends. A lock whose process is gone, or gave no sign of life for ten minutes, is
 * taken over. The same process may ask again.
 *
 * @throws RunFolderInUseError when another process has it, and what the file system throws.
 */
export function lockRunFolder(folder: string): void {
  const file = join(folder, lockFile);
  if (held.has(file) && isOurs(file)) return;
  const owner: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  while (!createNew(file, JSON.stringify(owner))) takeOver(file, folder);
  held.add(file);
  const timer = setInterval(() => giveSignOfLife(file), heartbeat);
  timer.unref();
  process.once('exit', () => {
    if (isOurs(file)) rmSync(file, { force: true });
  });
}

/** Where the folder is gone, or another process has it, `checkRunLock` says so before anything is written. */
function giveSignOfLife(file: string): void {
  if (isOurs(file)) utimes(file, new Date(), new Date(), () => undefined);
}

/**
 * For before anything is written: a process that was stopped for long enough has lost its folder to another.
 *
 * @throws RunFolderInUseError
 */
export function checkRunLock(folder: string): void {
  const file = join(folder, lockFile);
  if (held.has(file) && !isOurs(file)) throw inUse(folder, readOwner(file), ageOf(file));
}

function isOurs(file: string): boolean {
  const owner = readOwner(file);
  return owner?.pid === process.pid && owner.host === hostname();
}

/** Whether the file was not there and is now: the file system lets one process only do that. */
function createNew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a lock whose owner is dead. One process at a time, so that none removes the lock of another that was faster.
 *
 * @throws RunFolderInUseError when the owner lives, or another process is taking over.
 */
function takeOver(file: string, folder: string): void {
  const taking = `${file}.takeover`;
  if (ageOf(taking) > takeoverTime) rmSync(taking, { force: true });
  if (!createNew(taking, '')) throw inUse(folder, undefined, 0);
  try {
    const owner = readOwner(file);
    const age = ageOf(file);
    if (age < Infinity && isAlive(owner, age)) throw inUse(folder, owner, age);
    rmSync(file, { force: true });
  } finally {
    rmSync(taking, { force: true });
  }
}

function isAlive(owner: Owner | undefined, age: number): boolean {
  if (age > deadAfter) return false;
  // Its owner may be about to write it, or was killed when it did.
  if (!owner) return age < takeoverTime;
  if (owner.host !== hostname()) return true;
  // The number of a dead process can be this one's, as in containers.
  if (owner.pid === process.pid) return false;
  try {
    return process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host, since: String(since) } : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds since the last sign of life; Infinity when the file is not there. */
function ageOf(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity);
}

function inUse(folder: string, owner: Owner | undefined, age: number): RunFolderInUseError {
  const who = owner ? `process ${owner.pid} on ${owner.host} since ${owner.since}` : 'another process';
  return new RunFolderInUseError({
    problem: `${folder} is in use by ${who}, which was alive ${Math.max(0, Math.round(age / 1000))} s ago`,
    remedy: `Wait for it to end or give another --output_dir; if there is no such process, delete ${join(folder, lockFile)}`,
  });
}
