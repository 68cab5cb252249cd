/** Processes and what they take of the machine, on Linux. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** The processes that this one has started, and those that they have, oldest first. */
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

/** A file of /proc about a process; empty when it has ended. */
export function readProcess(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** What /proc/PID/stat has behind the name, which may hold anything: the third field and those that follow. */
function fieldsOf(stat) {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * @param field `VmRSS`, or `VmHWM`, the highest VmRSS since `forgetPeak`
 * @returns bytes
 */
export function memoryOf(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1]);
}

/** VmHWM starts anew. */
export function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Seconds that all threads of a process have computed: on a busy machine they say more than a clock does. */
export function cpuSeconds(pid) {
  const fields = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // utime and stime, in hundredths.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
