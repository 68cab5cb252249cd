// Computes word + type + position of every token, normalized. A row of `lanes` threads computes one token.
@group(0) @binding(1) var<storage, read> tokens: array<u32>;               // [4, rows]: mask, word, type, position
@group(0) @binding(3) var<storage, read> positions: array<vec4f>;          // [max_position_embeddings, embedding]
@group(0) @binding(4) var<storage, read_write> embedded: array<f32>;       // [rows, embedding], not padded
@group(0) @binding(5) var<storage, read> types: array<vec4f>;              // [type_vocab_size, embedding]
@group(0) @binding(6) var<storage, read> norm: array<vec4f>;               // weight [embedding], bias [embedding]

const threads = tileRows * lanes;
var<workgroup> parts: array<f32, threads>;

fn sumOverLanes(part: f32, thread: u32) -> f32 {
  parts[thread] = part;
  workgroupBarrier();
  var sum = 0.0;
  for (var lane = 0u; lane < lanes; lane++) {
    sum += parts[thread / lanes * lanes + lane];
  }
  workgroupBarrier();
  return sum;
}

fn embeddingAt(row: u32, column4: u32) -> vec4f {
  let width4 = sizes.hidden4;
  return wordAt(tokens[call.rows + row], column4)
    + types[tokens[2 * call.rows + row] * width4 + column4]
    + positions[tokens[3 * call.rows + row] * width4 + column4];
}

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % lanes;
  let ownRow = group.x * tileRows + thread / lanes;
  let row = min(ownRow, call.rows - 1);

  var sum = vec4f();
  for (var column4 = lane; column4 < sizes.hidden4; column4 += lanes) {
    sum += embeddingAt(row, column4);
  }
  let mean = sumOverLanes(dot(sum, vec4f(1)), thread) / f32(sizes.hidden);

  var squares = 0.0;
  for (var column4 = lane; column4 < sizes.hidden4; column4 += lanes) {
    let inside = 4 * column4 + vec4u(0, 1, 2, 3) < vec4u(sizes.hidden);
    let deviation = select(vec4f(), embeddingAt(row, column4) - mean, inside);
    squares += dot(deviation, deviation);
  }
  let scale = inverseSqrt(sumOverLanes(squares, thread) / f32(sizes.hidden) + sizes.epsilon);

  for (var column4 = lane; column4 < sizes.hidden4; column4 += lanes) {
    let value = (embeddingAt(row, column4) - mean) * scale * norm[column4] + norm[sizes.hidden4 + column4];
    for (var i = 0u; i < min(4, sizes.hidden - 4 * column4) && ownRow < call.rows; i++) {
      embedded[row * sizes.hidden + 4 * column4 + i] = value[i];
    }
  }
}
