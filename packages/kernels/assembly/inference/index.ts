/** The exports of ALBERT's encoder in WebAssembly SIMD. See `src/layouts.ts` for memory layouts. */
import { attention } from './attention';
import { Activation, Dot, Job, JobKind, Layer, Linear, Norm, Outliers, Pass, Step } from '../generated/records';
import { layerNorm, normalizeHidden } from './layer-norm';
import { Finish, linear } from './linear';
import { abandonTeam, announce, awaitJob } from '../parallel';
import { quantizeRows } from './quantize';
import { gatherRows } from './rows';
import { multiplyTile } from './tile-f32';
import { multiplyTileQ8 } from './tile-q8';

export { packRows, unpackRows } from './rows';
export { isExact, leastActivation } from './tile-q8';

/** Returns the address where the module's own constants end and the host's memory begins. */
export function heapStart(): usize {
  return __heap_base;
}

/** Multiplies a tile of `rows` rows `times` times, for the host to time. `scratch` is 64 KiB with any contents. */
export function benchmarkTile(dot: Dot, rows: i32, panels: i32, times: i32, scratch: usize): void {
  for (let i = 0; i < times; i++) {
    if (dot != Dot.none) multiplyTileQ8(dot, rows, scratch, scratch + 16384, 1, panels, scratch + 49152);
    else multiplyTile(rows, scratch, rows << 5, scratch + 16384, panels, scratch + 49152);
  }
}

/** Does a job together with the threads in `serve`; returns when it is done. */
export function run(job: Job): void {
  announce(changetype<usize>(job) + offsetof<Job>('number'));
  perform(job, 0);
}

/** The main loop of a worker: does its share of every job until it is told to stop. */
export function serve(job: Job, thread: i32): void {
  if (!ASC_FEATURE_THREADS) return;
  const at = changetype<usize>(job) + offsetof<Job>('number');
  for (let number = awaitJob(at, 0); job.kind != JobKind.stop; number = awaitJob(at, number)) {
    perform(job, thread);
  }
}

/** Reports that a worker cannot continue with a job. */
export function abandon(job: Job): void {
  abandonTeam(job.pass);
  const source = job.pass.source;
  if (source !== null) abandonTeam(source);
}

function perform(job: Job, thread: i32): void {
  const pass = job.pass;
  switch (job.kind) {
    case JobKind.linear:
      return linear(pass, thread, changetype<Linear>(job.weights), job.input, job.output, Finish.activate);
    case JobKind.layerNorm:
      return layerNorm(pass, thread, changetype<Norm>(job.weights), job.input);
    case JobKind.gatherRows:
      return gatherRows(pass, thread, <Pass>pass.source, null);
    case JobKind.quantizeHidden:
      return quantizeRows(pass, thread, pass.hidden, pass.hiddenPanels, Activation.none, changetype<Outliers | null>(job.weights));
    case JobKind.runLayer:
      return runLayer(pass, thread, changetype<Layer>(job.weights));
    default:
      unreachable();
  }
}

/** Runs one inner layer in place: attention, then feed-forward, each added to its input and normalized after (post-LN). */
function runLayer(pass: Pass, thread: i32, layer: Layer): void {
  for (let step = 0; step <= <i32>Step.outputNorm; step++) runStep(pass, thread, layer, step);
}

/** Runs one step of a layer; exported so that a benchmark can time each. All threads leave it together. */
export function runStep(pass: Pass, thread: i32, layer: Layer, step: Step): void {
  switch (step) {
    case Step.queryKeyValue:
      return project(pass, thread, layer);
    case Step.attention:
      return attention(pass, thread);
    case Step.quantizeContext:
      if (pass.dot == Dot.none) return;
      return quantizeRows(
        pass,
        thread,
        pass.context,
        pass.heads * pass.headPanels,
        Activation.none,
        layer.attentionOutput.outliers,
      );
    case Step.attentionOutput:
      return linear(pass, thread, layer.attentionOutput, input(pass, pass.context), pass.hidden, Finish.addTo);
    case Step.attentionNorm:
      return normalizeHidden(pass, thread, layer.attentionNorm, layer.ffn.outliers);
    case Step.ffn:
      // In int8, quantization reads the result again anyway, and the activation is faster there, in one long loop.
      return linear(
        pass,
        thread,
        layer.ffn,
        input(pass, pass.hidden),
        pass.inner,
        pass.dot == Dot.none ? Finish.activate : Finish.store,
      );
    case Step.quantizeInner:
      if (pass.dot == Dot.none) return;
      return quantizeRows(
        pass,
        thread,
        pass.inner,
        pass.innerPanels,
        layer.ffn.activation,
        layer.ffnOutput.outliers,
      );
    case Step.ffnOutput:
      return linear(pass, thread, layer.ffnOutput, input(pass, pass.inner), pass.hidden, Finish.addTo);
    case Step.outputNorm:
      // All layers have the same outliers in their hidden states.
      return normalizeHidden(pass, thread, layer.outputNorm, layer.queryKeyValue.outliers);
    default:
      unreachable();
  }
}

/** Computes queries from this pass's rows, and keys and values from its source's rows, or from its own if it has no source. */
function project(pass: Pass, thread: i32, layer: Layer): void {
  const source = pass.source;
  if (source === null) {
    return linear(pass, thread, layer.queryKeyValue, input(pass, pass.hidden), pass.queries, Finish.storeColumns);
  }
  linear(source, thread, layer.keyValue, input(source, source.hidden), source.keyValues, Finish.storeColumns);
  gatherRows(pass, thread, source, layer.query.outliers);
  linear(pass, thread, layer.query, input(pass, pass.hidden), pass.queries, Finish.storeColumns);
}

/** Returns the address of a product's input: the f32 activations, or those quantized last. */
function input(pass: Pass, activations: usize): usize {
  return pass.dot != Dot.none ? pass.quantizedInput : activations;
}
