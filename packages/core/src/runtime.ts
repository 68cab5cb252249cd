/**
 * What this code runs in.
 *
 * @packageDocumentation
 */

/** Whether Node's modules can be imported: in Node, Bun and Deno, and not where a bundler only imitates `process`. */
export function runsInNode(): boolean {
  return typeof process === 'object' && typeof process.versions?.node === 'string';
}
