/**
 * How a team of threads shares its work. All threads run the same steps. Within a step, each takes the next work item, and a
 * barrier ends the step. With one thread, no synchronization is needed.
 */
import { Team } from './generated/records';

/** Times a thread polls before it sleeps: longer than a step's imbalance, shorter than a time slice. */
const polls = 20000;

/**
 * Milliseconds after which thread 0 assumes that the others are dead. A work item takes a few milliseconds, and perhaps a
 * hundred times that on an overloaded machine.
 */
const timeout: f64 = 10_000;

/** Longest sleep of thread 0 in milliseconds. No sleep counts as longer, even if a laptop was suspended meanwhile. */
const sleepTime: f64 = 100;

/** Returns the host's clock, in milliseconds. Only the builds with threads import it. */
// @ts-ignore: decorator
@external("env", "now")
declare function now(): f64;

/** Takes the current step's next work item and returns its number. */
// @ts-ignore: decorator
@inline
export function takeItem(team: Team): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(changetype<usize>(team) + offsetof<Team>('nextItem'), 1);
  return team.nextItem++;
}

/** Ends a step: returns when every thread has reached it. */
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

/** Starts the other threads on the job that the host has written. @param number address of the job's number */
export function announce(number: usize): void {
  if (ASC_FEATURE_THREADS) publish(number);
}

/** Waits for the next job and returns its number. @param number address of the job's number */
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

/** Waits on thread 0. Traps if another thread has given up or is gone, because nothing else would tell the host. */
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

/** Reports that a thread of the team cannot continue, so that thread 0 does not wait for it. */
export function abandonTeam(team: Team): void {
  if (!ASC_FEATURE_THREADS) return;
  atomic.store<i32>(changetype<usize>(team) + offsetof<Team>('abandoned'), 1);
  atomic.notify(changetype<usize>(team) + offsetof<Team>('generation'), -1);
}
