/** ALBERT's encoder on WebAssembly SIMD: what the host calls. See `records.ts` for how things lie in memory. */
import { attention } from './attention';
import { layerNorm } from './layer-norm';
import { Finish, linear } from './linear';
import { announce, awaitJob } from './parallel';
import { quantiseRows } from './quantise';
import { Job, JobKind, Layer, Linear, Pass } from './records';
import { Dot, multiplyTileQ8 } from './tile-q8';

export { packRows, unpackRows } from './rows';

/** Multiplies the highest tile of a kind over and over; for the host to time. `scratch` is 64 KiB of anything. */
export function rehearse(dot: Dot, rows: i32, panels: i32, times: i32, scratch: usize): void {
  for (let i = 0; i < times; i++) multiplyTileQ8(dot, rows, scratch, scratch + 16384, panels, scratch + 49152);
}

/** Does a job together with the threads that `serve`; returns when it is done. */
export function run(job: Job): void {
  announce(job);
  perform(job, 0);
}

/** A worker's life: does its share of every job until it is told to stop. */
export function serve(job: Job, thread: i32): void {
  if (!ASC_FEATURE_THREADS) return;
  for (let number = awaitJob(job, 0, thread); job.kind != JobKind.stop; number = awaitJob(job, number, thread)) {
    perform(job, thread);
  }
}

function perform(job: Job, thread: i32): void {
  if (job.kind == JobKind.mapEmbeddings) mapEmbeddings(job.pass, thread, changetype<Linear>(job.weights));
  else runLayer(job.pass, thread, changetype<Layer>(job.weights));
}

/** `hidden = embedded * mapping + bias`: in f32 in every precision, being a hundredth of the work. */
function mapEmbeddings(pass: Pass, thread: i32, mapping: Linear): void {
  linear(pass, thread, mapping, pass.embedded, pass.hidden, Finish.none);
  if (pass.dot != Dot.none) quantiseRows(pass, thread, pass.hidden, pass.hiddenPanels);
}

/** One inner layer, in place: attention, then feed-forward, each added to its input and normalised after (post-LN). */
function runLayer(pass: Pass, thread: i32, layer: Layer): void {
  linear(pass, thread, layer.queryKeyValue, input(pass, pass.hidden), pass.queryKeyValue, Finish.columns);
  attention(pass, thread);
  if (pass.dot != Dot.none) quantiseRows(pass, thread, pass.context, pass.heads * pass.headPanels);
  linear(pass, thread, layer.attentionOutput, input(pass, pass.context), pass.hidden, Finish.residual);
  layerNorm(pass, thread, layer.attentionNormWeight, layer.attentionNormBias);

  linear(pass, thread, layer.ffn, input(pass, pass.hidden), pass.inner, <Finish>pass.activation);
  if (pass.dot != Dot.none) quantiseRows(pass, thread, pass.inner, pass.innerPanels);
  linear(pass, thread, layer.ffnOutput, input(pass, pass.inner), pass.hidden, Finish.residual);
  layerNorm(pass, thread, layer.outputNormWeight, layer.outputNormBias);
}

/** Where a product reads its input: f32, or what was quantised last. */
function input(pass: Pass, activations: usize): usize {
  return pass.dot != Dot.none ? pass.quantisedInput : activations;
}
