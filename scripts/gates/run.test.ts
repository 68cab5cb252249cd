import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runGates, type Gate } from './run.mjs';

/** A folder through which gates communicate. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gates-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Creates a gate from a few lines of JavaScript. */
const gate = (name: string, needs: readonly string[], code: string): Gate => ({
  name,
  command: [
    process.execPath,
    '--eval',
    `const { spawn } = require('node:child_process');
     const { existsSync, renameSync, writeFileSync } = require('node:fs');
     process.chdir(${JSON.stringify(folder)});
     ${code}`,
  ],
  needs,
});
const pass = (name: string, ...needs: string[]): Gate => gate(name, needs, '');
const when = (condition: string, code: string): string => `setInterval(() => { if (${condition}) { ${code} } }, 10);`;
/** Code that runs until a signal ends it. */
const forever = 'setInterval(() => undefined, 1000);';

async function run(gates: readonly Gate[], lanes = 2, signal = new AbortController().signal) {
  const lines: string[] = [];
  const failure = await runGates(gates, { lanes, signal, print: (line) => lines.push(line.trim()) });
  return { failure, lines: lines.map((line) => line.replace(/[\d.]+ s$/u, '_ s')) };
}

/** Code that starts a process with the same output, and writes its id to a file. */
const startChild = `
  const child = spawn(process.execPath, ['--eval', '${forever}'], { stdio: 'inherit' });
  writeFileSync('child.new', String(child.pid));
  renameSync('child.new', 'child');`;

function childIsAlive(): boolean {
  const pid = Number(readFileSync(path.join(folder, 'child'), 'utf8'));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('starts the first gate of those that can start, one at a time with one lane', async () => {
  const { failure, lines } = await run([pass('c', 'b'), pass('a'), pass('b'), pass('d')], 1);
  expect(failure).toBe(undefined);
  expect(lines).toEqual(['a', 'b', 'c', 'd'].flatMap((name) => [`== ${name}`, `== ${name}: ok in _ s`]));
});

it('runs two at once', async () => {
  // Each gate ends when it sees the file of the other.
  const { failure, lines } = await run([
    gate('a', [], `writeFileSync('a', ''); ${when("existsSync('b')", 'process.exit();')}`),
    gate('b', [], `writeFileSync('b', ''); ${when("existsSync('a')", 'process.exit();')}`),
  ]);
  expect(failure).toBe(undefined);
  expect(lines.slice(0, 2)).toEqual(['== a', '== b started; its output follows']);
});

it('keeps the output of each gate together', async () => {
  const say = (name: string): string =>
    `let i = 0; setInterval(() => (i++ % 2 ? console.log : console.error)('${name}') || i === 6 && process.exit(), 20);`;
  const { lines } = await run([gate('a', [], say('a')), gate('b', [], say('b'))]);
  const six = (name: string): string[] => Array.from({ length: 6 }, () => name);
  expect(lines.filter((line) => !/^== . started|: ok/u.test(line))).toEqual([
    '== a',
    ...six('a'),
    '== output of b',
    ...six('b'),
  ]);
});

it('stops running gates and their children after a failure, and prints the output of the failed gate last', async () => {
  const { failure, lines } = await run([
    gate('long', [], `${startChild} ${forever}`),
    gate('bad', [], when("existsSync('child')", "console.log('why'); process.exit(7);")),
    pass('later', 'bad'),
    pass('next', 'long'),
  ]);
  expect(failure).toEqual({ name: 'bad', code: 7 });
  expect(lines.slice(-3)).toEqual(['== output of bad', 'why', '== bad: failed (exit 7) after _ s']);
  expect(lines.join('\n')).not.toMatch(/later|next/u);
  expect(childIsAlive()).toBe(false);
});

it('ends processes that a gate has left running', async () => {
  const { failure } = await run([gate('a', [], `${startChild} process.exit();`)]);
  expect(failure).toBe(undefined);
  expect(childIsAlive()).toBe(false);
});

it('leaves nothing running when its own process ends', async () => {
  const long = gate('long', [], `${startChild} ${forever}`);
  const program = `
    import { existsSync } from 'node:fs';
    import { runGates } from ${JSON.stringify(new URL('run.mjs', import.meta.url).href)};
    void runGates([${JSON.stringify(long)}], { lanes: 1, signal: new AbortController().signal, print: console.log });
    setInterval(() => existsSync('child') && process.exit(), 10);`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  await expect.poll(childIsAlive, { timeout: 10_000 }).toBe(false);
});

it('stops on a signal, without a failure', async () => {
  const interrupt = new AbortController();
  const ended = run([gate('a', [], forever), pass('b', 'a')], 2, interrupt.signal);
  await sleep(200);
  interrupt.abort();
  expect(await ended).toEqual({ failure: undefined, lines: ['== a', '== a: stopped'] });
});

it('rejects needs that nothing fulfills', async () => {
  await expect(run([pass('a', 'b'), pass('b', 'a')])).rejects.toThrow('a, b');
  await expect(run([pass('a', 'nothing')])).rejects.toThrow('a');
});
