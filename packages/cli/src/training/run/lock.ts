/** Locks an output folder for one process, with a file that names the process and serves as a heartbeat. */
import { readFileSync, rmSync, statSync, utimes, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RunFolderInUseError } from '../../errors.ts';

/** Name of the lock file. */
export const lockFile = 'run.lock';

/** Milliseconds between heartbeats, and milliseconds without one after which the owner counts as dead. */
const heartbeat = 10_000;
const deadAfter = 10 * 60_000;
/** Maximum duration of a takeover, in milliseconds. A longer one means that the process was killed. */
const maxTakeover = 10_000;

/** The contents of the lock file. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

const held = new Set<string>();

/**
 * Locks the folder for this process until it exits. A lock is taken over if its process is gone, or had no heartbeat for ten minutes.
 * A process may lock the same folder again.
 *
 * @throws RunFolderInUseError if another process has locked it, and what the file system throws
 */
export function lockRunFolder(folder: string): void {
  const file = join(folder, lockFile);
  if (held.has(file) && isOurs(file)) return;
  const owner: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  while (!createNew(file, JSON.stringify(owner))) takeOver(file, folder);
  held.add(file);
  const timer = setInterval(() => beat(file), heartbeat);
  timer.unref();
  process.once('exit', () => {
    if (isOurs(file)) rmSync(file, { force: true });
  });
}

/** Updates the heartbeat. Ignores errors: if the folder is gone or taken over, `checkRunLock` reports it before the next write. */
function beat(file: string): void {
  if (isOurs(file)) utimes(file, new Date(), new Date(), () => undefined);
}

/**
 * Checks that this process still holds the lock. Call it before every write: a process that was suspended for long enough may have
 * lost its lock.
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

/** Creates the file atomically. Returns false if it already exists. */
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
 * Removes the lock of a dead owner. Only one process at a time can do so, so that it does not remove the new lock of a faster one.
 *
 * @throws RunFolderInUseError if the owner is alive, or another process is taking over
 */
function takeOver(file: string, folder: string): void {
  const taking = `${file}.takeover`;
  if (ageOf(taking) > maxTakeover) rmSync(taking, { force: true });
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
  // The owner is about to write its lock, or was killed while writing it.
  if (!owner) return age < maxTakeover;
  if (owner.host !== hostname()) return true;
  // In containers, this process can have the id of a dead one.
  return owner.pid !== process.pid && isRunning(owner.pid);
}

/** Whether a process is running on this machine. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
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

/** Returns the milliseconds since the last heartbeat; Infinity if the file is missing. */
function ageOf(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity);
}

function inUse(folder: string, owner: Owner | undefined, age: number): RunFolderInUseError {
  const who = owner ? `process ${owner.pid} on ${owner.host} since ${owner.since}` : 'another process';
  return new RunFolderInUseError({
    problem: `${folder} is in use by ${who}, last seen ${Math.max(0, Math.round(age / 1000))} s ago`,
    remedy: `Wait for it to finish, or choose another --output_dir. If there is no such process, delete ${join(folder, lockFile)}`,
  });
}
