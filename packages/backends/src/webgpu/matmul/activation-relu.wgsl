// A comparison, unlike `max`, keeps NaN.
fn activate(x: vec4f) -> vec4f {
  return select(x, vec4f(), x < vec4f());
}
