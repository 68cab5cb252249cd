import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { BenchMissingError } from '../errors.ts';
import { checkWritable, guard } from '../output/files.ts';

interface Options {
  readonly peers: boolean;
  readonly quick: boolean;
  readonly browser: string;
  readonly gpu: boolean;
  readonly json: string;
  readonly pairs?: string;
  readonly tokenizer?: string;
}

/** The exports of `bench/src/runner`, which is built with the page and loaded from there. */
interface Runner {
  runBench(options: Options, log: (line: string) => void): Promise<unknown>;
  drawLatency(json: string, svg: string): Promise<void>;
}

/** `albert bench --json OUT`: measures the engines in a browser; `albert bench draw JSON SVG` draws a report. */
export function register(program: Command): void {
  const bench = program
    .command('bench')
    .description('measure our executors in a browser, and with --peers those of other runtimes')
    .option('--peers', 'measure plain tfjs, onnxruntime-web, LiteRT.js and transformers.js in the same run', false)
    .option('--quick', 'take about two minutes instead of twelve', false)
    .option('--browser <name>', 'chromium, firefox or webkit', 'chromium')
    .option('--gpu', "measure this machine's GPU; by default GPUs are emulated and get little work", false)
    .option('--json <file>', 'file for the report; a Markdown version is written next to it', 'bench-report.json')
    .option('--pairs <file>', 'GLUE MRPC file with the sentence pairs to judge (default: built-in pairs)')
    .option('--tokenizer <folder>', 'folder with spiece.model and tokenizer_config.json (default: the default model)')
    .action(async (options: Options) => {
      const runner = await loadRunner();
      await checkWritable(options.json);
      await runner.runBench(options, (line) => console.error(line));
      console.log(options.json);
    });
  bench
    .command('draw')
    .description('draw latency by length from a report')
    .argument('<json>', 'report of a run')
    .argument('<svg>', 'file to write')
    .action(async (json: string, svg: string) => {
      const runner = await loadRunner();
      await guard(svg, () => runner.drawLatency(json, svg), 'run the same command again');
    });
}

/** Loads the runner. The path is relative to `packages/cli/dist/main.js`. */
async function loadRunner(): Promise<Runner> {
  const url = new URL('../../../bench/dist/runner/index.js', import.meta.url);
  if (!existsSync(fileURLToPath(url))) {
    throw new BenchMissingError({
      problem: 'The benchmark has not been built',
      expected: 'It is in bench/ of the repository, not in the published command',
      remedy: 'Clone the repository and run `npm run build` in its root',
    });
  }
  return (await import(url.href)) as Runner;
}
