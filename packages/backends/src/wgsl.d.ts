/** Shader files are imported as text: see `wgslAsText` in `packages/build-tools`. */
declare module '*.wgsl' {
  const source: string;
  export default source;
}
