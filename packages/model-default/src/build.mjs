// Makes `dist/` from `weights/default`: the model's folder, and a module that registers its files with albert-web. JSON files are
// included in the module as text, because some bundlers turn them into modules. The other files are referenced by
// `new URL(…, import.meta.url)`, which bundlers recognize as files to emit.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const { name: packageName } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8'));
const weights = path.join(import.meta.dirname, '../../../weights/default');
const dist = path.join(import.meta.dirname, '../dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const names = readdirSync(weights).toSorted();
for (const name of names) copyFileSync(path.join(weights, name), path.join(dist, name));

const texts = names
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.stringify(JSON.parse(readFileSync(path.join(weights, name), 'utf8')))]);
const urls = names
  .filter((name) => !/\.(?:json|md)$/u.test(name))
  .map((name) => `    ${JSON.stringify(name)}: new URL(${JSON.stringify(`./${name}`)}, import.meta.url).href,\n`);

writeFileSync(
  path.join(dist, 'index.js'),
  `const model = {
  name: ${JSON.stringify(packageName)},
  texts: ${JSON.stringify(Object.fromEntries(texts), undefined, 2).replaceAll('\n', '\n  ')},
  urls: {
${urls.join('')}  },
};
globalThis[Symbol.for('albert-web.default-model')] = model;
export default model;
`,
);
