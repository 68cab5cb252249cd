// What changes from call to call; everything else is a constant of the pipeline.
struct Call {
  rows: u32,    // batch * length
  length: u32,
}
@group(0) @binding(0) var<uniform> call: Call;
