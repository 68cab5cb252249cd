/** Shader files are imported as text: see `scripts/wgsl-as-text.ts`. */
declare module '*.wgsl' {
  const source: string;
  export default source;
}
