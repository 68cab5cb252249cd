// Beyond 10 it is 1 in single precision, while some drivers overflow to NaN.
fn activate(x: vec4f) -> vec4f {
  return tanh(clamp(x, vec4f(-10), vec4f(10)));
}
