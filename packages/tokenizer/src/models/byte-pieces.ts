/** Byte fallback: characters missing from the vocabulary become their UTF-8 bytes, pieces `<0x00>` to `<0xFF>`. */

/** Returns the ids of the byte pieces of a text, or undefined if the vocabulary lacks one of them. */
export function byteIds(text: string, ids: ReadonlyMap<string, number>): number[] | undefined {
  const found = Array.from(new TextEncoder().encode(text), (byte) =>
    ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  );
  return found.every((id) => id !== undefined) ? found : undefined;
}

/** Replaces every run of byte pieces by the text it encodes. Each byte that is not valid UTF-8 becomes U+FFFD. */
export function joinBytes(tokens: readonly string[]): string[] {
  const joined: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) joined.push(decodeBytes(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const [, hex] = /^<0x([0-9A-F]{2})>$/u.exec(token) ?? [];
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16));
      continue;
    }
    flush();
    joined.push(token);
  }
  flush();
  return joined;
}

function decodeBytes(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
