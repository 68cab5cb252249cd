// Multiplies blocks of input and weight in workgroup memory as floats, regardless of how the weights are stored.

var<workgroup> inputTile: array<vec4f, tileRows * tileDepth4>;           // [tileRows, tileDepth4]
var<workgroup> weightTile: array<vec4f, 4 * tileDepth4 * tileColumns4>;  // [tileDepth, tileColumns4]

fn loadInput(place: Place, firstDepth4: u32) {
  for (var i = place.thread; i < tileRows * tileDepth4; i += threads) {
    let localRow = i / tileDepth4;
    let row = place.firstRow + localRow;
    let k4 = firstDepth4 + i % tileDepth4;
    var value = vec4f();
    if (row < call.rows && k4 < sizes.depth4) {
      value = inputAt(localRow, row, k4);
    }
    inputTile[i] = value;
  }
}

fn loadWeight(place: Place, firstDepth4: u32) {
  for (var i = place.thread; i < tileDepth4 * tileColumns4; i += threads) {
    let localDepth4 = i / tileColumns4;
    let localColumn4 = i % tileColumns4;
    let k4 = firstDepth4 + localDepth4;
    let n4 = place.firstColumn4 + localColumn4;
    var block = array<vec4f, 4>();
    if (k4 < sizes.depth4 && n4 < sizes.columns4) {
      block = weightBlock(k4, n4);
    }
    for (var j = 0u; j < 4; j++) {
      weightTile[(4 * localDepth4 + j) * tileColumns4 + localColumn4] = block[j];
    }
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
    for (var k4 = place.slice; k4 < tileDepth4; k4 += slices) {
      var weights: array<vec4f, 4 * threadColumns4>;
      for (var j = 0u; j < 4; j++) {
        for (var c = 0u; c < threadColumns4; c++) {
          weights[j * threadColumns4 + c] = weightTile[(4 * k4 + j) * tileColumns4 + column4Of(place, c)];
        }
      }
      for (var r = 0u; r < threadRows; r++) {
        let value = inputTile[rowOf(place, r) * tileDepth4 + k4];
        for (var c = 0u; c < threadColumns4; c++) {
          sums[r * threadColumns4 + c] += value.x * weights[c] + value.y * weights[threadColumns4 + c]
            + value.z * weights[2 * threadColumns4 + c] + value.w * weights[3 * threadColumns4 + c];
        }
      }
    }
    workgroupBarrier();
  }
  finishSums(place, &sums);
}
