/**
 * Measures how often a text is detected as not English: node bench/scripts/languages.mjs TAG=FILE...
 *
 * Each FILE has one text per line, in the language of its TAG. `told` is the share that is detected as not English: for English texts
 * that is an error, for others it is what a page can warn about. `named` is the share with the right language, `wrong` with another one.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withSources } from '@albert-web/build-tools';

const files = process.argv.slice(2).map((argument) => argument.split('=', 2));
if (files.length === 0 || files.some((pair) => pair.length < 2)) {
  console.error('Pass texts by language: node bench/scripts/languages.mjs en=english.txt pl=polish.txt');
  process.exit(2);
}
const spiece = path.join(import.meta.dirname, '../../weights/default/spiece.model');

await withSources(async (source) => {
  const { otherLanguage, wholeWords } = await source('packages/tasks/src/tasks/language.ts');
  const { loadTokenizer } = await source('packages/tokenizer/src/index.ts');
  const isWhole = wholeWords(loadTokenizer({ 'spiece.model': new Uint8Array(await readFile(spiece)) }));
  console.log('language  texts   told   named  wrong  file');
  for (const [tag, file] of files) {
    const texts = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
    const found = texts.map((text) => otherLanguage(text, ['en'], isWhole));
    const share = (accept) =>
      `${((100 * found.filter(accept).length) / texts.length).toFixed(tag === 'en' ? 3 : 0)}%`.padStart(7);
    const told = share((found) => found !== undefined);
    const named = share((found) => found === tag);
    const wrong = share((found) => found !== undefined && found !== 'und' && found !== tag);
    console.log(
      `${tag.padEnd(8)} ${String(texts.length).padStart(6)} ${told} ${named} ${wrong}  ${path.basename(file)}`,
    );
    if (tag === 'en') for (const [at, text] of texts.entries()) if (found[at]) console.log(`  ${found[at]}: ${text}`);
  }
});
