// Adds the residual, and writes the moments of the sum for the LayerNorm that follows: mean and squared deviations of
// every 32 columns. Kernels that read the sum normalize it while reading, so no separate pass over memory is needed.
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;          // [rows, hidden]
@group(0) @binding(7) var<storage, read> residual: array<vec4f>;              // [rows, hidden]
@group(0) @binding(8) var<storage, read_write> outputMoments: array<vec2f>;   // [rows, momentGroups]

const tileGroups = tileColumns4 / 8;
var<workgroup> vectorMoments: array<vec2f, tileRows * tileColumns4>;

fn finish(sum: vec4f, localRow: u32, row: u32, localColumn4: u32, column4: u32) {
  let at = row * call.stride * sizes.columns4 + column4;
  let value = scaledAndBiased(sum, column4) + fromRow(residual[at], localRow, column4);
  output[at] = value;
  vectorMoments[localRow * tileColumns4 + localColumn4] = momentsOf(value, min(4, sizes.hidden - 4 * column4));
}

fn finishTile(firstRow: u32, firstColumn4: u32, thread: u32) {
  workgroupBarrier();
  for (var i = thread; i < tileRows * tileGroups; i += threads) {
    let localRow = i / tileGroups;
    let group = i % tileGroups;
    let column4 = firstColumn4 + 8 * group;
    if (firstRow + localRow >= call.rows || column4 >= sizes.columns4) {
      continue;
    }
    let first = localRow * tileColumns4 + 8 * group;
    var moments = vectorMoments[first];
    var count = min(4, sizes.hidden - 4 * column4);
    for (var j = 1u; j < 8 && column4 + j < sizes.columns4; j++) {
      let more = min(4, sizes.hidden - 4 * (column4 + j));
      moments = merged(moments, count, vectorMoments[first + j], more);
      count += more;
    }
    outputMoments[(firstRow + localRow) * call.stride * sizes.momentGroups + column4 / 8] = moments;
  }
}
