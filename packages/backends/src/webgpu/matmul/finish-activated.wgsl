@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;  // [rows, columns]

fn finish(sum: vec4f, localRow: u32, row: u32, localColumn4: u32, column4: u32) {
  output[row * sizes.columns4 + column4] = activate(scaledAndBiased(sum, column4));
}

fn finishTile(firstRow: u32, firstColumn4: u32, thread: u32) {}
