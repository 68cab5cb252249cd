/** Makes `import source from './kernel.wgsl'` return the shader's text, in Vite (pages, tests) and in tsdown (packages). */
export function wgslAsText() {
  return {
    name: 'wgsl-as-text',
    transform(code, id) {
      if (!id.endsWith('.wgsl')) return undefined;
      return { code: `export default ${JSON.stringify(code)};`, map: null, moduleType: 'js' };
    },
  };
}
