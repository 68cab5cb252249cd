@group(0) @binding(1) var<storage, read> input: array<vec4f>;  // [rows, depth], before its LayerNorm

fn inputAt(localRow: u32, row: u32, k4: u32) -> vec4f {
  return fromRow(input[row * call.stride * sizes.depth4 + k4], localRow, k4);
}
