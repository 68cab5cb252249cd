/**
 * How a team of threads shares its work. All of them run the same steps; within a step each takes the next piece of work, and
 * a barrier ends it. With one thread, both are plain counters.
 */
import { Team } from './generated/records';

/** A thread polls this often before it sleeps: longer than a step's imbalance, shorter than a time slice. */
const polls = 20000;

/**
 * Milliseconds after which thread 0 takes the others for dead. A piece of work takes a few; a machine that is busy beyond
 * reason may take a hundred times that.
 */
const timeout: f64 = 10_000;

/** The longest sleep of thread 0, and the most that counts as waited at a time: a laptop may have slept in between. */
const sleepTime: f64 = 100;

/** The host's clock, in milliseconds. Only the builds with threads import it. */
// @ts-ignore: decorator
@external("env", "now")
declare function now(): f64;

/** The number of the next piece of work of the current step. */
// @ts-ignore: decorator
@inline
export function takeItem(team: Team): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(changetype<usize>(team) + offsetof<Team>('nextItem'), 1);
  return team.nextItem++;
}

/** Ends a step: returns when every thread has come here. */
export function barrier(team: Team, thread: i32): void {
  if (!ASC_FEATURE_THREADS) {
    team.nextItem = 0;
    return;
  }
  const arrived = changetype<usize>(team) + offsetof<Team>('arrived');
  const generation = changetype<usize>(team) + offsetof<Team>('generation');
  const current = atomic.load<i32>(generation);
  if (atomic.add<i32>(arrived, 1) < team.threads - 1) {
    if (thread == 0) awaitOthers(team, generation, current);
    else waitForChange(generation, current);
    return;
  }
  atomic.store<i32>(arrived, 0);
  atomic.store<i32>(changetype<usize>(team) + offsetof<Team>('nextItem'), 0);
  publish(generation);
}

/** Lets the other threads do the job that the host has written down. @param number where the number of the job is */
export function announce(number: usize): void {
  if (ASC_FEATURE_THREADS) publish(number);
}

/** Returns the number of the next job. */
export function awaitJob(number: usize, last: i32): i32 {
  waitForChange(number, last);
  return atomic.load<i32>(number);
}

function publish(counter: usize): void {
  atomic.add<i32>(counter, 1);
  atomic.notify(counter, -1);
}

function waitForChange(counter: usize, last: i32): void {
  for (let looked = 0; atomic.load<i32>(counter) == last; looked++) {
    if (looked > polls) atomic.wait<i32>(counter, last, -1);
  }
}

/** Thread 0's wait, which ends in a trap when another thread has given up or is gone: nobody else would tell the host. */
function awaitOthers(team: Team, generation: usize, current: i32): void {
  const abandoned = changetype<usize>(team) + offsetof<Team>('abandoned');
  let waited: f64 = 0;
  let before: f64 = 0;
  for (let looked = 1; atomic.load<i32>(generation) == current; looked++) {
    if (looked % polls != 0) continue;
    if (atomic.load<i32>(abandoned) != 0 || waited > timeout) unreachable();
    if (team.callerSleeps) atomic.wait<i32>(generation, current, <i64>sleepTime * 1_000_000);
    const time = now();
    if (before > 0) waited += min(time - before, sleepTime);
    before = time;
  }
}

/** Says that a thread of the team cannot go on, so that thread 0 does not wait for it. */
export function abandonTeam(team: Team): void {
  if (!ASC_FEATURE_THREADS) return;
  atomic.store<i32>(changetype<usize>(team) + offsetof<Team>('abandoned'), 1);
  atomic.notify(changetype<usize>(team) + offsetof<Team>('generation'), -1);
}
