fn unpacked(word: u32) -> vec4f {
  return vec4f(bitcast<vec4i>(vec4u(word << 24, word << 16, word << 8, word)) >> vec4u(24));
}

// Returns rows 4 * k4 to 4 * k4 + 3 of columns 4 * n4 to 4 * n4 + 3, before scaling by column.
fn weightBlock(k4: u32, n4: u32) -> array<vec4f, 4> {
  let words = weightWords(k4, n4);
  let byColumn = mat4x4f(unpacked(words.x), unpacked(words.y), unpacked(words.z), unpacked(words.w));
  let byRow = transpose(byColumn);
  let scale = groupScale(k4, n4);
  return array(byRow[0] * scale, byRow[1] * scale, byRow[2] * scale, byRow[3] * scale);
}
