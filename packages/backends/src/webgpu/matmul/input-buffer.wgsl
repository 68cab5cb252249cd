@group(0) @binding(1) var<storage, read> input: array<vec4f>;  // [rows, depth]

fn inputAt(localRow: u32, row: u32, k4: u32) -> vec4f {
  return input[row * sizes.depth4 + k4];
}
