/** Something that a tab is waiting for, reported if the tab hangs. */
interface Wait {
  readonly what: string;
  readonly since: number;
}

const waits = new Set<Wait>();

/** Records `work` as pending until it settles. */
export async function noted<T>(what: string, work: Promise<T>): Promise<T> {
  const wait = { what, since: performance.now() };
  waits.add(wait);
  try {
    return await work;
  } finally {
    waits.delete(wait);
  }
}

/** Describes everything that is pending, the longest wait first. */
export function waiting(): string {
  const now = performance.now();
  const lines = [...waits].map(({ what, since }) => `${what} for ${Math.round((now - since) / 1000)} s`);
  return lines.join('; ') || 'nothing';
}
