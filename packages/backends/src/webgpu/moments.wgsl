// Merges two pairs of mean and sum of squared deviations (Chan, Golub & LeVeque 1983), without cancellation for any mean.
fn merged(a: vec2f, countA: u32, b: vec2f, countB: u32) -> vec2f {
  let share = f32(countB) / f32(countA + countB);
  let apart = b.x - a.x;
  return vec2f(a.x + apart * share, a.y + b.y + apart * apart * f32(countA) * share);
}

// Returns the moments of the first `count` components; the others are padding and zero.
fn momentsOf(value: vec4f, count: u32) -> vec2f {
  let mean = (value.x + value.y + value.z + value.w) / f32(count);
  let deviation = select(vec4f(), value - mean, vec4u(0, 1, 2, 3) < vec4u(count));
  return vec2f(mean, dot(deviation, deviation));
}
