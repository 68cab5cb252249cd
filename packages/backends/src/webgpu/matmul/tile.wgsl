// Computes one tile of output = finish(input · weight): [rows, depth] x [depth, columns], four columns per vector.
//
// A tile's threads form a grid of rows x columns, and `slices` such grids share the depth of every block, so that the GPU has
// enough work even with few rows. Each thread keeps threadRows x threadColumns4 sums in registers.

const rowThreads = tileRows / threadRows;
const columnThreads = tileColumns4 / threadColumns4;
const gridThreads = rowThreads * columnThreads;
const threads = gridThreads * slices;
const threadVectors = threadRows * threadColumns4;
const finishedRows = threadRows / slices;

var<workgroup> sliceSums: array<vec4f, select(1u, threads * threadVectors, slices > 1)>;

// The position of a thread.
struct Place {
  thread: u32,
  slice: u32,
  rowThread: u32,
  columnThread: u32,
  firstRow: u32,
  firstColumn4: u32,
}

fn placeOf(group: vec3u, thread: u32) -> Place {
  let inGrid = thread % gridThreads;
  return Place(
    thread,
    // A constant if there is only one slice: sums with any other index would not stay in registers.
    select(0, thread / gridThreads, slices > 1),
    inGrid / columnThreads,
    inGrid % columnThreads,
    group.y * tileRows,
    group.x * tileColumns4,
  );
}

// Return the rows and columns of a thread within its tile. Neighboring threads have neighboring columns.
fn rowOf(place: Place, r: u32) -> u32 {
  return place.rowThread + r * rowThreads;
}

fn column4Of(place: Place, c: u32) -> u32 {
  return place.columnThread + c * columnThreads;
}

// Adds up the sums of all slices. Each slice then finishes its share of the rows.
fn finishSums(place: Place, sums: ptr<function, array<vec4f, threadVectors>>) {
  if (slices > 1) {
    for (var i = 0u; i < threadVectors; i++) {
      sliceSums[i * threads + place.thread] = (*sums)[i];
    }
    workgroupBarrier();
  }
  for (var f = 0u; f < finishedRows; f++) {
    let r = place.slice * finishedRows + f;
    let localRow = rowOf(place, r);
    for (var c = 0u; c < threadColumns4; c++) {
      let i = r * threadColumns4 + c;
      var sum = vec4f();
      if (slices > 1) {
        for (var s = 0u; s < slices; s++) {
          sum += sliceSums[i * threads + s * gridThreads + place.thread % gridThreads];
        }
      } else {
        sum = (*sums)[i];
      }
      let localColumn4 = column4Of(place, c);
      if (place.firstRow + localRow < call.rows && place.firstColumn4 + localColumn4 < sizes.columns4) {
        finish(sum, localRow, place.firstRow + localRow, localColumn4, place.firstColumn4 + localColumn4);
      }
    }
  }
  finishTile(place.firstRow, place.firstColumn4, place.thread);
}
