// Runs gates, several at once. Runners for npm scripts lack at least one of the features needed here: dependencies between gates,
// our own order, output that is not interleaved, and no processes left after a failure.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { GateOutput } from './output.mjs';
import { spawnGroup, stopGroup } from './process-group.mjs';

/** Runs all gates. See `run.d.mts`. */
export async function runGates(gates, { lanes, signal, print }) {
  const output = new GateOutput(print);
  const afterFailure = new AbortController();
  const stop = AbortSignal.any([signal, afterFailure.signal]);
  const waiting = new Set(gates);
  const running = new Map();
  const passed = new Set();

  const startReady = () => {
    for (const gate of waiting) {
      if (running.size === lanes || stop.aborted) return;
      if (!gate.needs.every((name) => passed.has(name))) continue;
      waiting.delete(gate);
      running.set(gate.name, runGate(gate, output, stop));
    }
  };

  for (startReady(); running.size > 0; startReady()) {
    const { name, code, seconds } = await Promise.race(running.values());
    running.delete(name);
    if (code === 0) {
      passed.add(name);
      output.end(name, `ok in ${seconds.toFixed(1)} s`);
    } else if (stop.aborted) {
      output.end(name, 'stopped');
    } else {
      output.only(name);
      afterFailure.abort();
      await Promise.all(running.values());
      output.end(name, `failed (exit ${code}) after ${seconds.toFixed(1)} s`);
      return { name, code };
    }
  }
  if (waiting.size > 0 && !stop.aborted)
    throw new Error(`Nothing fulfills the needs of ${Array.from(waiting, ({ name }) => name).join(', ')}`);
  return undefined;
}

async function runGate({ name, command }, output, stop) {
  output.start(name);
  const began = performance.now();
  const child = spawnGroup(command);
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => output.line(name, line));
  const stopChild = () => void stopGroup(child);
  stop.addEventListener('abort', stopChild);
  const closed = once(child, 'close');
  // The code is null if a signal ended the process.
  const [code] = await once(child, 'exit');
  stop.removeEventListener('abort', stopChild);
  // Leftover processes would also keep its output open.
  await stopGroup(child);
  await Promise.race([closed, sleep(1000)]);
  return { name, code: code ?? 1, seconds: (performance.now() - began) / 1000 };
}
