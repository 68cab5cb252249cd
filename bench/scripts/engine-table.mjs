// Prints the README's table of browsers from reports of `albert bench --peers`, one for each browser:
//   node bench/scripts/engine-table.mjs bench/results/report.json bench/results/firefox.json bench/results/webkit.json
import { readFile } from 'node:fs/promises';
import { withSources } from '@albert-web/build-tools';

const peer = 'onnxruntime-web';

await withSources(async (load) => {
  const { ratio } = await load('bench/src/report/goals.ts');
  const cell = (report, precision, file) => {
    const found = ratio(precision, `${peer} ${precision}`)(report);
    if (found === undefined) throw new Error(`${file} has no ${precision} beside ${peer}: was --peers left out?`);
    return found.toFixed(2);
  };
  console.log(`| browser | f32 vs ${peer} f32 | q8 vs ${peer} q8 |\n| --- | --- | --- |`);
  for (const file of process.argv.slice(2)) {
    const report = JSON.parse(await readFile(file, 'utf8'));
    console.log(`| ${report.browser} | ${cell(report, 'f32', file)} | ${cell(report, 'q8', file)} |`);
  }
});
