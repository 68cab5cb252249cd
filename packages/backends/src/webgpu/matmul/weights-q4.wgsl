@group(0) @binding(2) var<storage, read> weight: array<vec4u>;  // [depth / 8, columns]: eight rows of a column per word

// Returns rows 4 * k4 to 4 * k4 + 3 as bytes, columns 4 * n4 to 4 * n4 + 3 as words. The first four rows of a word are in the
// lower halves of its bytes, the others in the upper halves. A byte with the weight in its upper half is sixteen times the
// weight, for which the scales compensate, so that no sign has to be extended.
fn weightWords(k4: u32, n4: u32) -> vec4u {
  let words = weight[k4 / 2 * sizes.columns4 + n4];
  return select(words << vec4u(4), words, k4 % 2 == 1) & vec4u(0xf0f0f0f0);
}
