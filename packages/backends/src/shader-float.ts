/** A finite number as GLSL and WGSL spell it. */
export function shaderFloat(value: number): string {
  const text = String(value);
  return /[.e]/u.test(text) ? text : `${text}.0`;
}
