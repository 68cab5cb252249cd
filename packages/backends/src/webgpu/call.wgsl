// What changes from call to call; everything else is a constant of the pipeline.
struct Call {
  rows: u32,    // that are computed: batch * length; batch where only first tokens go on
  length: u32,
  stride: u32,  // from the hidden state of one of these rows to the next: 1; length where only first tokens go on
}
@group(0) @binding(0) var<uniform> call: Call;
