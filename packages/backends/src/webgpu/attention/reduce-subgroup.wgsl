// Threads of a row are neighbors in one subgroup: they exchange values between registers, without a barrier.
fn maximumOverColumns(value: vec4f, thread: u32) -> vec4f {
  var maximum = value;
  for (var apart = columnThreads / 2; apart > 0; apart /= 2) {
    maximum = max(maximum, subgroupShuffleXor(maximum, apart));
  }
  return maximum;
}

fn sumOverColumns(value: vec4f, thread: u32) -> vec4f {
  var sum = value;
  for (var apart = columnThreads / 2; apart > 0; apart /= 2) {
    sum += subgroupShuffleXor(sum, apart);
  }
  return sum;
}
