// The elementary operations of activation formulas. Exponentials are clamped, because they overflow to NaN on some drivers.
fn cube(x: vec4f) -> vec4f {
  return x * x * x;
}

// Abramowitz & Stegun 7.1.26, with an error below 1.5e-7.
fn erf(x: vec4f) -> vec4f {
  let t = 1 / (1 + 0.3275911 * abs(x));
  let series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign(x) * (1 - series * exp(max(-x * x, vec4f(-80))));
}

// Beyond 10, tanh is 1 in single precision, but some drivers overflow to NaN. A comparison, unlike a clamp, keeps NaN.
fn boundedTanh(x: vec4f) -> vec4f {
  return select(tanh(x), sign(x), abs(x) > vec4f(10));
}

fn sigmoid(x: vec4f) -> vec4f {
  return 1 / (1 + exp(clamp(-x, vec4f(-80), vec4f(80))));
}

// A comparison, unlike `max`, keeps NaN.
fn relu(x: vec4f) -> vec4f {
  return select(x, vec4f(), x < vec4f());
}
