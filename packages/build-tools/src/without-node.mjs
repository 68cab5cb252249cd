/**
 * Builds for browsers: Node's modules, which our sources import only where they have found themselves in Node, become empty
 * ones. Vite would do so too, with a warning for each in front of everybody who builds.
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
