/** Where tests find tfjs's `.wasm` files; in Node tfjs finds them by itself. */
export function testWasmFolder(): URL | undefined {
  const here = import.meta.url;
  if (here.startsWith('file:')) return undefined;
  return new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', here);
}
