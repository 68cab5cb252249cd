@group(0) @binding(2) var<storage, read> weight: array<vec2u>;  // [depth, columns], four halves per element

fn unpacked(halves: vec2u) -> vec4f {
  return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
}

// Returns rows 4 * k4 to 4 * k4 + 3 of columns 4 * n4 to 4 * n4 + 3, on devices without shader-f16.
fn weightBlock(k4: u32, n4: u32) -> array<vec4f, 4> {
  let at = 4 * k4 * sizes.columns4 + n4;
  return array(unpacked(weight[at]), unpacked(weight[at + sizes.columns4]), unpacked(weight[at + 2 * sizes.columns4]), unpacked(weight[at + 3 * sizes.columns4]));
}
