@group(0) @binding(2) var<storage, read> weight: array<vec4<f16>>;  // [depth, columns]

// Returns rows 4 * k4 to 4 * k4 + 3 of columns 4 * n4 to 4 * n4 + 3.
fn weightBlock(k4: u32, n4: u32) -> array<vec4f, 4> {
  let at = 4 * k4 * sizes.columns4 + n4;
  return array(vec4f(weight[at]), vec4f(weight[at + sizes.columns4]), vec4f(weight[at + 2 * sizes.columns4]), vec4f(weight[at + 3 * sizes.columns4]));
}
