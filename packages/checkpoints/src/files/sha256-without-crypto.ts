/** Computes SHA-256 in JavaScript. `crypto.subtle` exists only in secure contexts, so not over HTTP in a local network. */
export async function sha256WithoutCrypto(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { sha256 } = await import('@noble/hashes/sha2.js');
  return sha256(bytes);
}
