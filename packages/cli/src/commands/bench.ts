import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AlbertError } from '@albert-web/errors';
import type { Command } from 'commander';

/** The benchmark is not there: it comes with the repository, not with the published command. */
class BenchMissingError extends AlbertError {
  override readonly name = 'BenchMissingError';
}

interface Options {
  readonly peers: boolean;
  readonly quick: boolean;
  readonly browser: string;
  readonly gpu: boolean;
  readonly json: string;
  readonly pairs?: string;
  readonly tokenizer?: string;
}

/** What `bench/src/runner` exports; it is built with the page and loaded from there. */
interface Runner {
  runBench(options: Options, log: (line: string) => void): Promise<unknown>;
  drawLatency(json: string, svg: string): Promise<void>;
}

/** `albert bench --json OUT`: measures the engines in a browser; `albert bench draw JSON SVG` draws a report. */
export function register(program: Command): void {
  const bench = program
    .command('bench')
    .description('measure our executors, and with --peers others, in a browser')
    .option('--peers', 'measure plain tfjs, onnxruntime-web, LiteRT.js and transformers.js in the same run', false)
    .option('--quick', 'about two minutes in place of twelve', false)
    .option('--browser <name>', 'chromium, firefox or webkit', 'chromium')
    .option('--gpu', "measure this machine's GPU; without it, GPUs are emulated and get small work", false)
    .option('--json <file>', 'where the report goes; Markdown goes beside it', 'bench-report.json')
    .option('--pairs <file>', 'GLUE MRPC file whose sentence pairs are judged (default: pairs of our own)')
    .option('--tokenizer <folder>', 'folder with spiece.model and tokenizer_config.json (default: the default model)')
    .action(async (options: Options) => {
      const runner = await loadRunner();
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
      await runner.drawLatency(json, svg);
    });
}

/** From `packages/cli/dist/main.js`. */
async function loadRunner(): Promise<Runner> {
  const url = new URL('../../../bench/dist/runner/index.js', import.meta.url);
  if (!existsSync(fileURLToPath(url))) {
    throw new BenchMissingError({
      problem: 'The benchmark has not been built',
      expected: 'It lies in bench/ of the repository, and is no part of the published command',
      remedy: 'Clone the repository and run `npm run build` in its root',
    });
  }
  return (await import(url.href)) as Runner;
}
