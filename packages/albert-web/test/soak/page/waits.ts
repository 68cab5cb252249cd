/** What a tab waits for at the moment, to be told when it waits in vain. */
interface Wait {
  readonly what: string;
  readonly since: number;
}

const waits = new Set<Wait>();

/** `work`, noted while it lasts. */
export async function noted<T>(what: string, work: Promise<T>): Promise<T> {
  const wait = { what, since: performance.now() };
  waits.add(wait);
  try {
    return await work;
  } finally {
    waits.delete(wait);
  }
}

/** Everything that is waited for, the longest wait first. */
export function waiting(): string {
  const now = performance.now();
  const lines = [...waits].map(({ what, since }) => `${what} for ${Math.round((now - since) / 1000)} s`);
  return lines.join('; ') || 'nothing';
}
