// Writes rows, after their LayerNorm if they have one, into a caller's tensor, which is not padded to whole vectors.
@group(0) @binding(1) var<storage, read> input: array<vec4f>;        // [rows, hidden]
@group(0) @binding(4) var<storage, read_write> output: array<f32>;   // [rows, hidden]

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let firstRow = group.x * tileRows;
  prepareRows(firstRow, thread);
  for (var i = thread; i < tileRows * sizes.hidden4; i += threads) {
    let localRow = i / sizes.hidden4;
    let column4 = i % sizes.hidden4;
    let row = firstRow + localRow;
    if (row >= call.rows) {
      continue;
    }
    let value = fromRow(input[row * call.stride * sizes.hidden4 + column4], localRow, column4);
    for (var j = 0u; j < min(4, sizes.hidden - 4 * column4); j++) {
      output[row * sizes.hidden + 4 * column4 + j] = value[j];
    }
  }
}
