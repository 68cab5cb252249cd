/** Lets `import source from './kernel.wgsl'` give the shader's text, in Vite (pages, tests) and tsdown (packages) alike. */
export function wgslAsText() {
  return {
    name: 'wgsl-as-text',
    transform(code, id) {
      if (!id.endsWith('.wgsl')) return undefined;
      return { code: `export default ${JSON.stringify(code)};`, map: null, moduleType: 'js' };
    },
  };
}
