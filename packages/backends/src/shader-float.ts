/** Formats a finite number as a float literal of GLSL and WGSL. */
export function shaderFloat(value: number): string {
  const text = String(value);
  return /[.e]/u.test(text) ? text : `${text}.0`;
}
