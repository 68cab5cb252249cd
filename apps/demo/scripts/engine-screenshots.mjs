// Takes a screenshot of the built page in each engine: docs/screenshots/engine-*.png.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { installedEngines, startEngine } from '@albert-web/browser/engines';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

const root = path.join(import.meta.dirname, '../../..');
const server = await startStaticServer({
  mounts: { '/': path.join(root, 'apps/demo/dist') },
  headers: isolationHeaders,
});

/** Runs in the page. Waits until links between words are drawn. */
const explained = async () => {
  while (!document.querySelector('#alignment .link')) await new Promise((resolve) => setTimeout(resolve, 100));
};

for (const name of installedEngines()) {
  const browser = await startEngine(name);
  await browser.goto(server.url);
  await browser.evaluate(explained);
  const file = `engine-${name}.png`;
  await writeFile(path.join(root, 'docs/screenshots', file), await browser.screenshot());
  console.log(file);
  await browser.close();
}
await server.close();
