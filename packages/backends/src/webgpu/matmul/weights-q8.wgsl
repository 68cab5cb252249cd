@group(0) @binding(2) var<storage, read> weight: array<vec4u>;  // [depth / 4, columns]: four rows of a column per word

// Returns rows 4 * k4 to 4 * k4 + 3 as bytes, columns 4 * n4 to 4 * n4 + 3 as words.
fn weightWords(k4: u32, n4: u32) -> vec4u {
  return weight[k4 * sizes.columns4 + n4];
}
