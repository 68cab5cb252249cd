/** Whether Node's modules can be imported. */
export function runsInNode(): boolean {
  return typeof process === 'object' && typeof process.versions === 'object' && process.versions.node !== undefined;
}
