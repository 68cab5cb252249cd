// Multiplies int8 weights by int8 input, four products at a time. Input is quantized as it is loaded, with one scale for every
// 32 values of a row, so that an outlier costs only its neighbors precision, not the whole row.

const blockWords = 8u;  // of four int8 each
const tileWords = tileDepth4;
const tileBlocks = tileWords / blockWords;

var<workgroup> inputTile: array<u32, tileRows * tileWords>;         // [tileRows, tileWords]
var<workgroup> inputScales: array<f32, tileRows * tileBlocks>;      // [tileRows, tileBlocks]
var<workgroup> weightTile: array<vec4u, tileWords * tileColumns4>;  // [tileWords, tileColumns4]

fn loadInput(place: Place, firstDepth4: u32) {
  for (var i = place.thread; i < tileRows * tileBlocks; i += threads) {
    let localRow = i / tileBlocks;
    let row = place.firstRow + localRow;
    let firstWord = i % tileBlocks * blockWords;
    var values = array<vec4f, blockWords>();
    var largest = vec4f();
    for (var w = 0u; w < blockWords; w++) {
      let k4 = firstDepth4 + firstWord + w;
      if (row < call.rows && k4 < sizes.depth4) {
        values[w] = inputAt(localRow, row, k4);
      }
      largest = max(largest, abs(values[w]));
    }
    let size = max(max(largest.x, largest.y), max(largest.z, largest.w));
    let steps = select(0, 127 / size, size > 0);
    for (var w = 0u; w < blockWords; w++) {
      inputTile[localRow * tileWords + firstWord + w] = pack4xI8(vec4i(round(values[w] * steps)));
    }
    inputScales[i] = size / 127;
  }
}

fn loadWeight(place: Place, firstDepth4: u32) {
  for (var i = place.thread; i < tileWords * tileColumns4; i += threads) {
    let k4 = firstDepth4 + i / tileColumns4;
    let n4 = place.firstColumn4 + i % tileColumns4;
    var words = vec4u();
    if (k4 < sizes.depth4 && n4 < sizes.columns4) {
      words = weightWords(k4, n4);
    }
    weightTile[i] = words;
  }
}

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let place = placeOf(group, thread);
  prepareRows(place.firstRow, thread);
  var sums: array<vec4f, threadVectors>;
  for (var firstDepth4 = 0u; firstDepth4 < sizes.depth4; firstDepth4 += tileDepth4) {
    loadInput(place, firstDepth4);
    loadWeight(place, firstDepth4);
    workgroupBarrier();
    for (var block = place.slice; block < tileBlocks; block += slices) {
      // Initialized explicitly, as above: some compilers clear a loop's variable only once, not in every iteration.
      var products = array<vec4i, threadVectors>();
      for (var w = block * blockWords; w < (block + 1) * blockWords; w++) {
        for (var c = 0u; c < threadColumns4; c++) {
          let words = weightTile[w * tileColumns4 + column4Of(place, c)];
          for (var r = 0u; r < threadRows; r++) {
            let word = inputTile[rowOf(place, r) * tileWords + w];
            products[r * threadColumns4 + c] += vec4i(
              dot4I8Packed(word, words.x),
              dot4I8Packed(word, words.y),
              dot4I8Packed(word, words.z),
              dot4I8Packed(word, words.w),
            );
          }
        }
      }
      for (var c = 0u; c < threadColumns4; c++) {
        let scale = groupScale(firstDepth4 + block * blockWords, place.firstColumn4 + column4Of(place, c));
        for (var r = 0u; r < threadRows; r++) {
          let i = r * threadColumns4 + c;
          sums[i] += vec4f(products[i]) * (scale * inputScales[rowOf(place, r) * tileBlocks + block]);
        }
      }
    }
    workgroupBarrier();
  }
  finishSums(place, &sums);
}
