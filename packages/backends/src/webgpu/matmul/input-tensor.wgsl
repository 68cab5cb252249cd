// A caller's tensor is not padded to whole vectors.
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [rows, depth]

fn inputAt(localRow: u32, row: u32, k4: u32) -> vec4f {
  var value = vec4f();
  for (var i = 0u; i < 4; i++) {
    let k = 4 * k4 + i;
    if (k < sizes.depth) {
      value[i] = input[row * sizes.depth + k];
    }
  }
  return value;
}
