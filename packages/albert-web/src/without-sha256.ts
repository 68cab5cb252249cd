/** Replaces SHA-256 in JavaScript in the service worker build: a service worker is always in a secure context. */
export function sha256WithoutCrypto(): never {
  throw new TypeError('A service worker has crypto.subtle');
}
