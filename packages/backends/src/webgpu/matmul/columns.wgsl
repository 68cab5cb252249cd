@group(0) @binding(3) var<storage, read> columnVectors: array<vec4f>;  // bias [columns], scale [columns]

// All rows of a column have one scale, by which the sum is multiplied.
fn groupScale(k4: u32, column4: u32) -> vec4f {
  return vec4f(1);
}

fn scaledAndBiased(sum: vec4f, column4: u32) -> vec4f {
  return sum * columnVectors[sizes.columns4 + column4] + columnVectors[column4];
}
