/**
 * How threads share a pass. All of them run the same steps; within a step each takes the next piece of work, and a
 * barrier ends it. With one thread, both are plain counters.
 */
import { Job, Pass } from './records';

/** A thread looks this often before it sleeps: longer than a step's imbalance, shorter than a time slice. */
const looks = 20000;

/** The number of the next piece of work of the current step. */
// @ts-ignore: decorator
@inline
export function takeItem(pass: Pass): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(changetype<usize>(pass) + offsetof<Pass>('nextItem'), 1);
  return pass.nextItem++;
}

/** Ends a step: returns when every thread has come here. */
export function barrier(pass: Pass, thread: i32): void {
  if (!ASC_FEATURE_THREADS) {
    pass.nextItem = 0;
    return;
  }
  const arrived = changetype<usize>(pass) + offsetof<Pass>('arrived');
  const generation = changetype<usize>(pass) + offsetof<Pass>('generation');
  const current = atomic.load<i32>(generation);
  if (atomic.add<i32>(arrived, 1) < pass.threads - 1) {
    waitForChange(generation, current, thread > 0 || pass.callerSleeps != 0);
    return;
  }
  atomic.store<i32>(arrived, 0);
  atomic.store<i32>(changetype<usize>(pass) + offsetof<Pass>('nextItem'), 0);
  publish(generation);
}

/** Lets the other threads do the job that the host has written down. */
export function announce(job: Job): void {
  if (ASC_FEATURE_THREADS) publish(changetype<usize>(job) + offsetof<Job>('number'));
}

/** Returns the number of the next job. */
export function awaitJob(job: Job, last: i32): i32 {
  const number = changetype<usize>(job) + offsetof<Job>('number');
  waitForChange(number, last, true);
  return atomic.load<i32>(number);
}

function publish(counter: usize): void {
  atomic.add<i32>(counter, 1);
  atomic.notify(counter, -1);
}

function waitForChange(counter: usize, last: i32, sleeps: bool): void {
  for (let looked = 0; atomic.load<i32>(counter) == last; looked++) {
    if (sleeps && looked > looks) atomic.wait<i32>(counter, last, -1);
  }
}
