/** Makes pages cross-origin isolated, so that WebAssembly gets threads. A static host must send these headers itself. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export function handle({ event, resolve }) {
  event.setHeaders(headers);
  return resolve(event);
}
