// What changes from call to call; everything else is a constant of the pipeline.
struct Call {
  rows: u32,    // rows to compute: batch * length, or batch if only first tokens are computed
  length: u32,
  stride: u32,  // distance between the hidden states of these rows: 1, or length if only first tokens are computed
}
@group(0) @binding(0) var<uniform> call: Call;
