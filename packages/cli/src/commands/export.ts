import { readConfig } from '@albert-web/core/spec';
import { InvalidArgumentError } from '@albert-web/errors';
import type { ConvertedModel, SentenceModule, WrittenFile } from '@albert-web/checkpoints';
import {
  exportOnnx,
  importModel,
  onnxPrecisions,
  readSentenceModules,
  weightReader,
  writeHuggingFace,
  writeTfjs,
} from '@albert-web/checkpoints';
import type { Command } from 'commander';
import { Option } from 'commander';
import { copyCompanions } from '../models/companions.ts';
import { writeModelFolder } from '../models/folder.ts';
import { openSource } from '../models/open-source.ts';
import { copySentenceModules } from '../models/sentence-modules.ts';
import { print } from '../output/print.ts';

type Format = 'huggingface' | 'onnx' | 'tfjs';

interface ExportOptions {
  readonly to: Format;
  readonly precision: string;
  readonly baseModel?: string;
  readonly json?: boolean;
}

/** The precisions of each format. */
const precisions = {
  huggingface: ['f32', 'f16'],
  onnx: onnxPrecisions,
  tfjs: ['f32', 'f16', 'uint8', 'uint16'],
} as const satisfies Record<Format, readonly string[]>;

/** `albert export MODEL OUT --to huggingface|onnx|tfjs`: exports a model for other tools. */
export function register(program: Command): void {
  program
    .command('export')
    .description('export a model for transformers, ONNX Runtime or TensorFlow.js')
    .argument('<model>', 'any model that convert can read')
    .argument('<out>', 'folder to write')
    .addOption(new Option('--to <format>', 'target format').choices(Object.keys(precisions)).makeOptionMandatory())
    .option('--precision <name>', 'f32, f16; also q8 for onnx, uint8 and uint16 for tfjs', 'f32')
    .option('--base-model <model>', 'base model of a LoRA adapter (default: the one in adapter_config.json)')
    .option('--json', 'print what was written as JSON')
    .action(async (model: string, out: string, { to, precision, baseModel, json }: ExportOptions) => {
      const written = await writeModelFolder(out, async (folder) => {
        const { files, weights } = await openSource(model);
        const source = await importModel(files, { weights, baseModel });
        const written = writeFormat(to, precision, source, await readSentenceModules(files));
        for (const { path, bytes } of written) await folder.write(path, bytes);
        await folder.write('config.json', `${JSON.stringify(source.config, null, 2)}\n`);
        await copyCompanions(files, source.files, folder);
        await copySentenceModules(files, folder, precision === 'f16' ? 'f16' : 'f32');
        return written;
      });
      const sizes = written.map(({ path, bytes }) => ({ path, bytes: bytes.length }));
      print(json, sizes, sizes.map(({ path, bytes }) => `${path}  ${bytes} bytes`).join('\n'));
    });
}

/** Writes a format. @param sentence modules after the encoder; only ONNX includes them, the other formats only hold weights */
function writeFormat(
  to: Format,
  precision: string,
  { config, checkpoint }: ConvertedModel,
  sentence: readonly SentenceModule[] | undefined,
): WrittenFile[] {
  switch (to) {
    case 'huggingface':
      return [{ path: 'model.safetensors', bytes: writeHuggingFace(checkpoint, pick(to, precision)) }];
    case 'onnx': {
      const options = { config: readConfig(config), weights: weightReader(checkpoint), precision: pick(to, precision) };
      const bytes = exportOnnx(sentence ? { ...options, sentence, head: 'encoder' } : options);
      return [{ path: 'model.onnx', bytes }];
    }
    case 'tfjs':
      return writeTfjs(checkpoint, { precision: pick(to, precision) });
  }
}

/** Checks the precision for a format. @throws InvalidArgumentError if the format does not support it */
function pick<F extends Format>(to: F, wanted: string): (typeof precisions)[F][number] {
  const available: readonly (typeof precisions)[F][number][] = precisions[to];
  const found = available.find((precision) => precision === wanted);
  if (found) return found;
  throw new InvalidArgumentError({
    problem: `${to} does not support the precision ${wanted}`,
    expected: `Expected ${available.join(', ')}`,
    remedy: 'Correct --precision',
  });
}
