@group(0) @binding(2) var<storage, read> words: array<u32>;       // [vocab_size, embedding], eight nibbles per element
@group(0) @binding(7) var<storage, read> wordScales: array<f32>;  // [vocab_size, embedding / 32]

const groupVectors = 8u;  // of four columns each

fn wordAt(word: u32, column4: u32) -> vec4f {
  let at = word * sizes.hidden4 + column4;
  let shifts = vec4u(0, 4, 8, 12) + 16 * (at % 2);
  let nibbles = (vec4u(words[at / 2]) >> shifts) & vec4u(15);
  return (vec4f(nibbles) - 8) * wordScales[at / groupVectors];
}
