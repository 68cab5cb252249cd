/**
 * Returns a function that calls `make` once for each name, and ignores the other arguments of later calls with the same name.
 * Layers that share weights have the same name, so they also share the packed result.
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
