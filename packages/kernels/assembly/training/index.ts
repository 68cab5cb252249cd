/**
 * The training kernels: functions that take addresses and allocate nothing. The host writes a `Task`, and all threads of its team
 * run the kernel.
 */
import { Activation, GemmStart, Task, Team, TrainingKernel } from '../generated/records';
import { abandonTeam, announce, awaitJob } from '../parallel';
import { activate, activateGradient } from './activation';
import { attend, attendGradient } from './attention';
import { dropout } from './dropout';
import { gemm } from './gemm';
import { layerNorm, layerNormGradient } from './layer-norm';
import { addColumnSums } from './matrix';

export { gemmScratch } from './gemm';

/** Returns the address where the module's own constants end and the host's memory begins. */
export function heapStart(): usize {
  return __heap_base;
}

/** Does a task together with the threads in `serve`; returns when it is done. */
export function run(task: Task): void {
  announce(changetype<usize>(task) + offsetof<Task>('number'));
  perform(task, 0);
}

/** The main loop of a worker: does its share of every task until it is told to stop. */
export function serve(task: Task, thread: i32): void {
  if (!ASC_FEATURE_THREADS) return;
  const at = changetype<usize>(task) + offsetof<Task>('number');
  for (let number = awaitJob(at, 0); task.kernel != TrainingKernel.stop; number = awaitJob(at, number)) perform(task, thread);
}

/** Reports that a worker cannot continue with a task. */
export function abandon(task: Task): void {
  abandonTeam(task.team);
}

function perform(task: Task, thread: i32): void {
  const team = task.team;
  const at = task.args;
  switch (task.kernel) {
    case TrainingKernel.activate:
      return activate(team, thread, arg<usize>(at, 0), arg<usize>(at, 1), arg<i32>(at, 2), arg<i32>(at, 3));
    case TrainingKernel.activateGradient:
      return activateGradient(team, thread, arg<usize>(at, 0), arg<usize>(at, 1), arg<usize>(at, 2), arg<i32>(at, 3), arg<i32>(at, 4));
    case TrainingKernel.addColumnSums:
      return addColumnSums(team, thread, arg<usize>(at, 0), arg<usize>(at, 1), arg<i32>(at, 2), arg<i32>(at, 3));
    case TrainingKernel.attend:
      return attend(
        team, thread,
        arg<usize>(at, 0), arg<i32>(at, 1), arg<usize>(at, 2), arg<usize>(at, 3), arg<i32>(at, 4), arg<usize>(at, 5),
        arg<usize>(at, 6), arg<usize>(at, 7), arg<usize>(at, 8), arg<i32>(at, 9),
        arg<i32>(at, 10), arg<i32>(at, 11), arg<i32>(at, 12), arg<u32>(at, 13), arg<u32>(at, 14), arg<f32>(at, 15),
      );
    case TrainingKernel.attendGradient:
      return attendGradient(
        team, thread,
        arg<usize>(at, 0), arg<i32>(at, 1), arg<usize>(at, 2), arg<usize>(at, 3), arg<i32>(at, 4), arg<usize>(at, 5),
        arg<usize>(at, 6), arg<usize>(at, 7), arg<usize>(at, 8), arg<usize>(at, 9), arg<usize>(at, 10), arg<i32>(at, 11),
        arg<i32>(at, 12), arg<i32>(at, 13), arg<i32>(at, 14), arg<u32>(at, 15), arg<u32>(at, 16), arg<f32>(at, 17),
      );
    case TrainingKernel.dropout:
      return dropout(team, thread, arg<usize>(at, 0), arg<usize>(at, 1), arg<i32>(at, 2), arg<u32>(at, 3), arg<u32>(at, 4), arg<f32>(at, 5));
    case TrainingKernel.gemm:
      return gemm(
        team, thread,
        arg<usize>(at, 0), arg<i32>(at, 1), arg<i32>(at, 2), arg<usize>(at, 3), arg<i32>(at, 4), arg<i32>(at, 5),
        arg<usize>(at, 6), arg<i32>(at, 7), arg<i32>(at, 8), arg<i32>(at, 9), arg<i32>(at, 10),
        arg<i32>(at, 11), arg<usize>(at, 12), arg<usize>(at, 13),
      );
    case TrainingKernel.layerNorm:
      return layerNorm(
        team, thread,
        arg<usize>(at, 0), arg<usize>(at, 1), arg<usize>(at, 2), arg<usize>(at, 3),
        arg<usize>(at, 4), arg<usize>(at, 5), arg<usize>(at, 6),
        arg<i32>(at, 7), arg<i32>(at, 8), arg<f32>(at, 9),
      );
    case TrainingKernel.layerNormGradient:
      return layerNormGradient(
        team, thread,
        arg<usize>(at, 0), arg<usize>(at, 1), arg<usize>(at, 2), arg<usize>(at, 3),
        arg<usize>(at, 4), arg<usize>(at, 5), arg<usize>(at, 6),
        arg<i32>(at, 7), arg<i32>(at, 8),
      );
    default:
      unreachable();
  }
}

/** Reads an argument of the task. */
// @ts-ignore: decorator
@inline
function arg<T>(args: usize, index: i32): T {
  return <T>f64.load(args + (<usize>index << 3));
}
