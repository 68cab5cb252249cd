/** Where a file under `fixtures/` is: a `file:` URL in Node, a served one in the browser. */
export function fixtureUrl(path: string): URL {
  // The base is computed, so that bundlers do not take the whole folder for an asset.
  const here = import.meta.url;
  return new URL(`../fixtures/${path}`, here);
}

/** Bytes of a fixture, in Node and in the browser. */
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

/** A JSON fixture, as its caller says it is. */
export async function readFixtureJson<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await readFixture(path))) as T;
}

/** Location of a model of `weights/`, as `load` takes it. */
export function shippedModel(name: 'default' | 'accurate' | 'sentence' | 'pretrained'): URL {
  const here = import.meta.url;
  return new URL(`../../../weights/${name}/`, here);
}
