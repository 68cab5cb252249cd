/** Returns the URL of a file under `fixtures/`: a `file:` URL in Node, a served one in the browser. */
export function fixtureUrl(path: string): URL {
  // The base is computed, so that bundlers do not treat the whole folder as an asset.
  const here = import.meta.url;
  return new URL(`../fixtures/${path}`, here);
}

/** Reads the bytes of a fixture, in Node and in the browser. */
export async function readFixture(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = fixtureUrl(path);
  if (url.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises');
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`fixture ${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Reads a JSON fixture. Its type is not checked. */
export async function readFixtureJson<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await readFixture(path))) as T;
}

/** Returns the location of a model in `weights/`, for `load`. */
export function shippedModel(name: 'default' | 'accurate' | 'sentence' | 'pretrained'): URL {
  const here = import.meta.url;
  return new URL(`../../../weights/${name}/`, here);
}
