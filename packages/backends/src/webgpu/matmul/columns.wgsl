@group(0) @binding(3) var<storage, read> columnVectors: array<vec4f>;  // bias [columns], scale [columns]

fn scaledAndBiased(sum: vec4f, column4: u32) -> vec4f {
  return sum * columnVectors[sizes.columns4 + column4] + columnVectors[column4];
}
