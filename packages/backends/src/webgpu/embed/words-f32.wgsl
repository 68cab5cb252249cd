@group(0) @binding(2) var<storage, read> words: array<vec4f>;  // [vocab_size, embedding]

fn wordAt(word: u32, column4: u32) -> vec4f {
  return words[word * sizes.hidden4 + column4];
}
