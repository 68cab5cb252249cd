/**
 * Replaces Node's modules by empty ones in builds for browsers. Our sources import them only when they run in Node. Vite would do
 * the same, but with a warning for each.
 */
export function withoutNode() {
  const empty = '\0without-node';
  return {
    name: 'without-node',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith('node:') ? empty : undefined),
    load: (id) => (id === empty ? 'export default {};' : undefined),
  };
}
