@group(0) @binding(2) var<storage, read> words: array<u32>;       // [vocab_size, embedding], four int8 per element
@group(0) @binding(7) var<storage, read> wordScales: array<f32>;  // [vocab_size]

fn wordAt(word: u32, column4: u32) -> vec4f {
  let bytes = vec4u(words[word * sizes.hidden4 + column4]) << vec4u(24, 16, 8, 0);
  return vec4f(bitcast<vec4i>(bytes) >> vec4u(24)) * wordScales[word];
}
