/**
 * Calls `make` once for each name; what comes after the name is the first call's. Layers that share weights are named alike,
 * and so share what was made of them.
 */
export function memoize<T, Rest extends readonly unknown[]>(
  make: (name: string, ...rest: Rest) => T,
): (name: string, ...rest: Rest) => T {
  const made = new Map<string, T>();
  return (name, ...rest) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name, ...rest);
    made.set(name, value);
    return value;
  };
}
