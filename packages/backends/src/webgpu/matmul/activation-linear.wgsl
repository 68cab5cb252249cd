fn activate(x: vec4f) -> vec4f {
  return x;
}
