// Threads of a row exchange values through workgroup memory.
var<workgroup> exchange: array<vec4f, threads>;

fn maximumOverColumns(value: vec4f, thread: u32) -> vec4f {
  exchange[thread] = value;
  workgroupBarrier();
  var maximum = value;
  for (var c = 0u; c < columnThreads; c++) {
    maximum = max(maximum, exchange[thread / columnThreads * columnThreads + c]);
  }
  workgroupBarrier();
  return maximum;
}

fn sumOverColumns(value: vec4f, thread: u32) -> vec4f {
  exchange[thread] = value;
  workgroupBarrier();
  var sum = vec4f();
  for (var c = 0u; c < columnThreads; c++) {
    sum += exchange[thread / columnThreads * columnThreads + c];
  }
  workgroupBarrier();
  return sum;
}
