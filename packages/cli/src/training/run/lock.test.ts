import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RunFolder } from './folder.ts';
import { RunFolderInUseError } from '../../errors.ts';
import { lockFile } from './lock.ts';

let path: string;
let other: ChildProcess;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'albert-lock-'));
  other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(other, 'spawn');
});
afterEach(async () => {
  other.kill('SIGKILL');
  await rm(path, { recursive: true, force: true });
});

async function writeLock(owner: object, secondsAgo = 0): Promise<void> {
  const file = join(path, lockFile);
  await writeFile(file, JSON.stringify(owner));
  const then = Date.now() / 1000 - secondsAgo;
  await utimes(file, then, then);
}

const ownerOf = (pid: number | undefined, host = hostname()) => ({ pid, host, since: '2026-01-01T00:00:00.000Z' });

async function expectTaken(): Promise<void> {
  await RunFolder.open(path);
  expect(JSON.parse(await readFile(join(path, lockFile), 'utf8'))).toMatchObject({
    pid: process.pid,
    host: hostname(),
  });
}

it('rejects a folder that another process is using, and names the process and its machine', async () => {
  await writeLock(ownerOf(other.pid), 5);
  const failure = await RunFolder.open(path).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RunFolderInUseError);
  expect(String(failure)).toMatch(new RegExp(`process ${other.pid} on .* since 2026-.* last seen [56] s ago`, 'u'));
});

it('takes over from a killed process', async () => {
  await writeLock(ownerOf(other.pid));
  other.kill('SIGKILL');
  await once(other, 'exit');
  await expectTaken();
});

it('takes over from a dead process that had the id of this one', async () => {
  await writeLock(ownerOf(process.pid));
  await expectTaken();
});

it('respects a process on another machine as long as it has heartbeats', async () => {
  await writeLock(ownerOf(1, 'elsewhere'), 60);
  await expect(RunFolder.open(path)).rejects.toThrow(RunFolderInUseError);
  await writeLock(ownerOf(1, 'elsewhere'), 3600);
  await expectTaken();
});

it('respects a lock that is being written, and takes over one that stayed empty', async () => {
  await writeLock({}, 0);
  await expect(RunFolder.open(path)).rejects.toThrow(RunFolderInUseError);
  await writeLock({}, 60);
  await expectTaken();
});

it('does not write to a folder whose lock it has lost', async () => {
  const folder = await RunFolder.open(path);
  await writeLock(ownerOf(other.pid));
  await expect(folder.saveCheckpoint(1, new Map())).rejects.toThrow(RunFolderInUseError);
  await expect(folder.writeText('best_trial.txt', '')).rejects.toThrow(RunFolderInUseError);
});

it('updates only its own lock, and ends silently if the folder is gone', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  try {
    await RunFolder.open(path);
    await writeLock(ownerOf(other.pid), 60);
    vi.advanceTimersByTime(30_000);
    const { mtimeMs } = await stat(join(path, lockFile));
    expect(Date.now() - mtimeMs).toBeGreaterThan(50_000);
    await rm(path, { recursive: true });
    vi.advanceTimersByTime(30_000);
  } finally {
    vi.useRealTimers();
  }
});
