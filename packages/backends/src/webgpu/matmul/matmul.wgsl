// One tile of output = finish(input · weight): [rows, depth] x [depth, columns], four columns to a vector.
//
// The tile's threads form a grid of rows x columns, and `slices` of such grids share the depth of every block, so that
// few rows still give the processor enough to do. Each thread keeps threadRows x threadColumns4 sums in registers.

const rowThreads = tileRows / threadRows;
const columnThreads = tileColumns4 / threadColumns4;
const threads = rowThreads * columnThreads * slices;
const threadVectors = threadRows * threadColumns4;
const finishedRows = threadRows / slices;

var<workgroup> inputTile: array<vec4f, tileRows * tileDepth4>;           // [tileRows, tileDepth4]
var<workgroup> weightTile: array<vec4f, 4 * tileDepth4 * tileColumns4>;  // [tileDepth, tileColumns4]
var<workgroup> sliceSums: array<vec4f, select(1u, threads * threadVectors, slices > 1)>;

fn loadInput(firstRow: u32, firstDepth4: u32, thread: u32) {
  for (var i = thread; i < tileRows * tileDepth4; i += threads) {
    let row = i / tileDepth4;
    let k4 = firstDepth4 + i % tileDepth4;
    var value = vec4f();
    if (firstRow + row < call.rows && k4 < sizes.depth4) {
      value = inputAt(row, firstRow + row, k4);
    }
    inputTile[i] = value;
  }
}

fn loadWeight(firstDepth4: u32, firstColumn4: u32, thread: u32) {
  for (var i = thread; i < tileDepth4 * tileColumns4; i += threads) {
    let k4 = i / tileColumns4;
    let n4 = i % tileColumns4;
    var block = array<vec4f, 4>();
    if (firstDepth4 + k4 < sizes.depth4 && firstColumn4 + n4 < sizes.columns4) {
      block = weightBlock(firstDepth4 + k4, firstColumn4 + n4);
    }
    for (var j = 0u; j < 4; j++) {
      weightTile[(4 * k4 + j) * tileColumns4 + n4] = block[j];
    }
  }
}

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let firstRow = group.y * tileRows;
  let firstColumn4 = group.x * tileColumns4;
  let slice = thread / (rowThreads * columnThreads);
  let rowThread = thread / columnThreads % rowThreads;
  let columnThread = thread % columnThreads;
  prepareRows(firstRow, thread);

  var sums: array<vec4f, threadVectors>;
  for (var firstDepth4 = 0u; firstDepth4 < sizes.depth4; firstDepth4 += tileDepth4) {
    loadInput(firstRow, firstDepth4, thread);
    loadWeight(firstDepth4, firstColumn4, thread);
    workgroupBarrier();
    for (var k4 = slice; k4 < tileDepth4; k4 += slices) {
      var weights: array<vec4f, 4 * threadColumns4>;
      for (var j = 0u; j < 4; j++) {
        for (var c = 0u; c < threadColumns4; c++) {
          weights[j * threadColumns4 + c] = weightTile[(4 * k4 + j) * tileColumns4 + columnThread + c * columnThreads];
        }
      }
      for (var r = 0u; r < threadRows; r++) {
        let value = inputTile[(rowThread + r * rowThreads) * tileDepth4 + k4];
        for (var c = 0u; c < threadColumns4; c++) {
          sums[r * threadColumns4 + c] += value.x * weights[c] + value.y * weights[threadColumns4 + c]
            + value.z * weights[2 * threadColumns4 + c] + value.w * weights[3 * threadColumns4 + c];
        }
      }
    }
    workgroupBarrier();
  }

  if (slices > 1) {
    for (var i = 0u; i < threadVectors; i++) {
      sliceSums[i * threads + thread] = sums[i];
    }
    workgroupBarrier();
  }
  for (var f = 0u; f < finishedRows; f++) {
    let r = slice * finishedRows + f;
    let localRow = rowThread + r * rowThreads;
    for (var c = 0u; c < threadColumns4; c++) {
      let i = r * threadColumns4 + c;
      var sum = sums[i];
      if (slices > 1) {
        sum = vec4f();
        for (var s = 0u; s < slices; s++) {
          sum += sliceSums[i * threads + s * rowThreads * columnThreads + thread % (rowThreads * columnThreads)];
        }
      }
      let localColumn4 = columnThread + c * columnThreads;
      if (firstRow + localRow < call.rows && firstColumn4 + localColumn4 < sizes.columns4) {
        finish(sum, localRow, firstRow + localRow, localColumn4, firstColumn4 + localColumn4);
      }
    }
  }
  finishTile(firstRow, firstColumn4, thread);
}
