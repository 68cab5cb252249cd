// 0.5 x (1 + erf(x / sqrt(2))), erf by Abramowitz & Stegun 7.1.26 (error below 1.5e-7).
fn activate(x: vec4f) -> vec4f {
  let z = abs(x) * 0.7071067811865476;
  let t = 1 / (1 + 0.3275911 * z);
  let series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let erf = 1 - series * exp(max(-z * z, vec4f(-80)));
  return 0.5 * x * (1 + sign(x) * erf);
}
