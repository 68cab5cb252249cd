// Prints README's table of browser engines from the reports of `albert bench --peers`, one for each browser:
//   node bench/scripts/engine-table.mjs bench/results/report.json bench/results/firefox.json bench/results/webkit.json
import { readFile } from 'node:fs/promises';

const peer = 'onnxruntime-web';

/** ALBERT-base at batch 1, length 128, on one thread of an isolated page. */
const isShown = (row) =>
  row.engine === 'albert-web' &&
  row.measure === 'forward' &&
  row.backend === 'wasm' &&
  row.shape === 'base' &&
  row.batch === 1 &&
  row.length === 128 &&
  row.threads === 1 &&
  row.isolated;

function cell(rows, precision, file) {
  const ratio = rows.find((row) => isShown(row) && row.precision === precision)?.ratio[`${peer} ${precision}`];
  if (ratio === undefined) throw new Error(`${file} has no ${precision} beside ${peer}: was --peers left out?`);
  return ratio.toFixed(2);
}

console.log(`| browser | f32 vs ${peer} f32 | q8 vs ${peer} q8 |\n| --- | --- | --- |`);
for (const file of process.argv.slice(2)) {
  const { browser, rows } = JSON.parse(await readFile(file, 'utf8'));
  console.log(`| ${browser} | ${cell(rows, 'f32', file)} | ${cell(rows, 'q8', file)} |`);
}
