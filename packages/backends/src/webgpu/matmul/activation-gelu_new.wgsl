// 0.5 x (1 + tanh(u)) = x / (1 + exp(-2u)): tanh overflows to NaN on some drivers, a clamped exponential cannot.
fn activate(x: vec4f) -> vec4f {
  let u = 0.7978845608028654 * x * (1 + 0.044715 * x * x);
  return x / (1 + exp(clamp(-2 * u, vec4f(-80), vec4f(80))));
}
