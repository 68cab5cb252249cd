/**
 * How far each executor may be from the plain encoder: the largest absolute difference of hidden states, whose size is about 1,
 * on models with random weights, which are harder on rounding than trained ones. Published in docs/features-and-tests.md, "Tolerances".
 */
export const tolerances = {
  cpu: { f32: 2e-5 },
  wasm: { f32: 2e-5, q8: 0.5 },
  webgl: { f32: 1e-4, f16: 2e-2 },
  webgpu: { f32: 1e-4, f16: 2e-2, q8: 0.3 },
} as const;
