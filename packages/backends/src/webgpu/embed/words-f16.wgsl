@group(0) @binding(2) var<storage, read> words: array<vec2u>;  // [vocab_size, embedding], four halves per element

fn wordAt(word: u32, column4: u32) -> vec4f {
  let halves = words[word * sizes.hidden4 + column4];
  return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
}
