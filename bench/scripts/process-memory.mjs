/** Processes and the memory and time that they take, on Linux. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Returns the descendants of this process, oldest first. */
export function descendants() {
  const parents = new Map(
    readdirSync('/proc')
      .filter((id) => /^\d+$/u.test(id))
      .map((id) => [Number(id), Number(/^PPid:\s+(\d+)/mu.exec(readProcess(id, 'status'))?.[1])]),
  );
  const isOurs = (id) => id === process.pid || (parents.has(id) && isOurs(parents.get(id)));
  const startOf = (id) => Number(fieldsOf(readProcess(id, 'stat'))[19]);
  return [...parents.keys()]
    .filter((id) => id !== process.pid && isOurs(id))
    .toSorted((a, b) => startOf(a) - startOf(b));
}

/** Reads a file in a process's /proc folder; empty if the process has ended. */
export function readProcess(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the fields of /proc/PID/stat from the third on, after the name, which may contain anything. */
function fieldsOf(stat) {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * @param field `VmRSS` for the current size, or `VmHWM` for the largest VmRSS since `forgetPeak`
 * @returns bytes
 */
export function memoryOf(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1]);
}

/** Resets VmHWM. */
export function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Returns the CPU time of all threads of a process in seconds. On a busy machine it says more than elapsed time. */
export function cpuSeconds(pid) {
  const fields = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // utime and stime, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
