/**
 * Tells Node from a page.
 *
 * @packageDocumentation
 */

/** Returns whether Node's modules can be imported: true in Node, Bun and Deno, false where a bundler only imitates `process`. */
export function runsInNode(): boolean {
  return typeof process === 'object' && typeof process.versions?.node === 'string';
}
