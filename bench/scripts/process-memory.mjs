/** What a process takes of the machine, on Linux. */
import { readFileSync, writeFileSync } from 'node:fs';

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
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything, utime and stime are the twelfth and thirteenth field, in hundredths.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
