import { join } from 'node:path';
import type { Command } from 'commander';
import { print } from '../output/print.ts';
import { checkedOption, real } from '../training/flags.ts';
import { readGolden } from '../verify/recording.ts';
import { verifyInChromium } from '../verify/in-chromium.ts';
import { verify } from '../verify/verify.ts';
import type { ChromiumOptions } from './model-options.ts';
import { addChromiumOptions, addModelOptions, runsInChromium } from './model-options.ts';

interface VerifyOptions extends ChromiumOptions {
  readonly golden?: string;
  readonly tolerance: number;
}

/** `albert verify MODEL_DIR`: runs the cases of golden.json. Exits with 1 if a difference exceeds the tolerance. */
export function register(program: Command): void {
  const command = program
    .command('verify')
    .description('compare a model with recorded outputs')
    .argument('<model>', 'folder of the model')
    .option('--golden <file>', 'recording (default: golden.json in the folder)')
    .addOption(checkedOption('--tolerance <t>', real('largest absolute difference that passes')).default(1e-4));
  addChromiumOptions(addModelOptions(command)).action(async (model: string, options: VerifyOptions) => {
    const { golden, backend, precision = 'f32', tolerance, json, threads } = options;
    const recorded = await readGolden(golden ?? join(model, 'golden.json'));
    const request = { model, golden: recorded, backend, precision, settings: { threads } };
    const result = await (runsInChromium(options) ? verifyInChromium(request) : verify(request));
    const passed = result.maxAbsDiff <= tolerance;
    const verdict = passed ? 'passed' : `FAILED (tolerance ${tolerance})`;
    print(
      json,
      result,
      `${verdict}: ${result.cases} cases on ${result.backend}, largest difference ${result.maxAbsDiff.toExponential(2)}`,
    );
    if (!passed) process.exitCode = 1;
  });
}
