// softmax(queries · keysᵀ · scale + mask) · values for one block of queries of one head of one sequence.
//
// Keys are processed in blocks with a running maximum and sum (Milakov & Gimelshein 2018; Dao et al. 2022), so that no
// [length, length] matrix is ever written. A row of threads has four queries, in the lanes of its vectors. The row's
// threads divide the keys of a block among them, then the vectors of the head's values.
@group(0) @binding(1) var<storage, read> projected: array<vec4f>;       // [batch, length, 3, heads, headSize]: query, key, value
@group(0) @binding(2) var<storage, read> mask: array<u32>;              // [batch, length], int32 or float32, all bits zero at padding
@group(0) @binding(4) var<storage, read_write> context: array<vec4f>;   // [batch, length or 1, heads, headSize]

const rowThreads = queryTile / 4;
const threads = rowThreads * columnThreads;
const threadKeys = keyTile / columnThreads;
const threadVectors = (headSize4 + columnThreads - 1) / columnThreads;
// Odd, so that neighboring threads, which read neighboring keys, use different memory banks.
const keyStride = headSize4 | 1;
// Far below any score, far above overflow: a sequence that is all padding attends to everything evenly, as with finfo.min.
const masked = -1e30;

var<workgroup> queries: array<vec4f, queryTile * headSize4>;
var<workgroup> keys: array<vec4f, keyTile * keyStride>;
var<workgroup> values: array<vec4f, keyTile * headSize4>;
var<workgroup> probabilities: array<vec4f, keyTile * rowThreads>;  // [keyTile, rowThreads], one lane per query

// The sequence and head that a workgroup computes, and the number of heads.
struct Place {
  sequence: u32,
  head: u32,
  heads: u32,
}

// Returns a vector of one token and part (0 query, 1 key, 2 value), or zero beyond the sequence.
fn projectedAt(place: Place, token: u32, part: u32, vector: u32) -> vec4f {
  if (token >= call.length) {
    return vec4f();
  }
  let row = place.sequence * call.length + token;
  return projected[((row * 3 + part) * place.heads + place.head) * headSize4 + vector];
}

@compute @workgroup_size(threads)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let firstQuery = group.x * queryTile;
  let place = Place(group.z, group.y, groups.y);
  let firstRow = place.sequence * call.length;
  let lastQuery = call.length / call.stride;  // one past the last
  let rowThread = thread / columnThreads;
  let columnThread = thread % columnThreads;

  for (var i = thread; i < queryTile * headSize4; i += threads) {
    queries[i] = scale * projectedAt(place, firstQuery + i / headSize4, 0, i % headSize4);
  }

  var maximum = vec4f(masked);
  var sum = vec4f();
  var mixed: array<mat4x4f, threadVectors>;  // one column per query
  for (var firstKey = 0u; firstKey < call.length; firstKey += keyTile) {
    for (var i = thread; i < keyTile * headSize4; i += threads) {
      keys[i / headSize4 * keyStride + i % headSize4] = projectedAt(place, firstKey + i / headSize4, 1, i % headSize4);
      values[i] = projectedAt(place, firstKey + i / headSize4, 2, i % headSize4);
    }
    workgroupBarrier();

    var scores: array<vec4f, threadKeys>;
    var blockMaximum = vec4f(masked);
    for (var t = 0u; t < threadKeys; t++) {
      let localKey = columnThread + t * columnThreads;
      let key = firstKey + localKey;
      var score = vec4f();
      for (var d4 = 0u; d4 < headSize4; d4++) {
        let k = keys[localKey * keyStride + d4];
        let q = 4 * rowThread * headSize4 + d4;
        score += vec4f(dot(queries[q], k), dot(queries[q + headSize4], k), dot(queries[q + 2 * headSize4], k), dot(queries[q + 3 * headSize4], k));
      }
      if (key >= call.length || mask[firstRow + min(key, call.length - 1)] == 0) {
        score = vec4f(masked);
      }
      scores[t] = score;
      blockMaximum = max(blockMaximum, score);
    }

    let newMaximum = max(maximum, maximumOverColumns(blockMaximum, thread));
    let fading = exp(maximum - newMaximum);
    maximum = newMaximum;
    sum *= fading;
    for (var t = 0u; t < threadKeys; t++) {
      let localKey = columnThread + t * columnThreads;
      let probability = select(vec4f(), exp(scores[t] - maximum), firstKey + localKey < call.length);
      sum += probability;
      probabilities[localKey * rowThreads + rowThread] = probability;
    }
    workgroupBarrier();

    for (var v = 0u; v < threadVectors; v++) {
      let vector = min(columnThread + v * columnThreads, headSize4 - 1);
      var block = mat4x4f(mixed[v][0] * fading.x, mixed[v][1] * fading.y, mixed[v][2] * fading.z, mixed[v][3] * fading.w);
      for (var localKey = 0u; localKey < keyTile; localKey++) {
        let probability = probabilities[localKey * rowThreads + rowThread];
        let value = values[localKey * headSize4 + vector];
        block[0] += probability.x * value;
        block[1] += probability.y * value;
        block[2] += probability.z * value;
        block[3] += probability.w * value;
      }
      mixed[v] = block;
    }
    workgroupBarrier();
  }

  let share = 1 / sumOverColumns(sum, thread);
  for (var v = 0u; v < threadVectors; v++) {
    let vector = columnThread + v * columnThreads;
    for (var r = 0u; r < 4; r++) {
      let query = firstQuery + 4 * rowThread + r;
      if (vector < headSize4 && query < lastQuery) {
        context[((place.sequence * lastQuery + query) * place.heads + place.head) * headSize4 + vector] = mixed[v][r] * share[r];
      }
    }
  }
}
