// Normalizes rows as they are read. Each workgroup first converts the moments of its rows to mean and 1 / deviation.
@group(0) @binding(5) var<storage, read> rowMoments: array<vec2f>;  // [rows, momentGroups], each of 32 columns
@group(0) @binding(6) var<storage, read> norm: array<vec4f>;        // weight [hidden], bias [hidden]

var<workgroup> rowScales: array<vec2f, tileRows>;

fn prepareRows(firstRow: u32, thread: u32) {
  for (var localRow = thread; localRow < tileRows; localRow += threads) {
    let first = min(firstRow + localRow, call.rows - 1) * call.stride * sizes.momentGroups;
    var moments = rowMoments[first];
    var count = min(32, sizes.hidden);
    for (var group = 1u; group < sizes.momentGroups; group++) {
      let more = min(32, sizes.hidden - 32 * group);
      moments = merged(moments, count, rowMoments[first + group], more);
      count += more;
    }
    rowScales[localRow] = vec2f(moments.x, inverseSqrt(moments.y / f32(sizes.hidden) + sizes.epsilon));
  }
  workgroupBarrier();
}

fn fromRow(value: vec4f, localRow: u32, column4: u32) -> vec4f {
  let scale = rowScales[localRow];
  return (value - scale.x) * scale.y * norm[column4] + norm[sizes.hidden4 + column4];
}
