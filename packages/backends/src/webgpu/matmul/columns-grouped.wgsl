@group(0) @binding(3) var<storage, read> columnVectors: array<vec4f>;  // bias [columns], scale [depth / 32, columns]

const groupVectors = 8u;  // of four rows each

fn groupScale(k4: u32, column4: u32) -> vec4f {
  return columnVectors[(1 + k4 / groupVectors) * sizes.columns4 + column4];
}

fn scaledAndBiased(sum: vec4f, column4: u32) -> vec4f {
  return sum + columnVectors[column4];
}
