import { importModel, quantizeCheckpoint, writeShardedCheckpoint } from '@albert-web/checkpoints';
import { InvalidArgumentError } from '@albert-web/errors';
import { writtenFormats, type WrittenFormat } from '@albert-web/core/spec';
import type { Command } from 'commander';
import { Option } from 'commander';
import { copyCompanions } from '../models/companions.ts';
import { writeModelFolder } from '../models/folder.ts';
import { openSource } from '../models/open-source.ts';
import { copySentenceModules } from '../models/sentence-modules.ts';
import { checkParts } from '../models/check-parts.ts';
import { print, table } from '../output/print.ts';

interface ConvertOptions {
  readonly to: WrittenFormat;
  readonly baseModel?: string;
  readonly json?: boolean;
}

/** `albert convert MODEL OUT --to FORMAT`: converts any supported model to our shards, and reports the errors. */
export function register(program: Command): void {
  program
    .command('convert')
    .description('convert a model to another precision, in verified shards of at most 4 MiB')
    .argument('<model>', 'folder, archive, URL or Hub id, in any format of the guide "Bring your own checkpoint"')
    .argument('<out>', 'folder to write')
    .addOption(new Option('--to <precision>', 'precision of the weights').choices(writtenFormats).default('q8'))
    .option('--base-model <model>', 'base model of a LoRA adapter (default: the one in adapter_config.json)')
    .option('--json', 'print the report as JSON')
    .action(async (model: string, out: string, { to, baseModel, json }: ConvertOptions) => {
      const { stored, skipped, notes } = await writeModelFolder(out, async (folder) => {
        const { files, weights } = await openSource(model);
        const imported = await importModel(files, { weights, baseModel });
        const stored = quantizeCheckpoint(imported.checkpoint, to);
        for (const { path, bytes } of await writeShardedCheckpoint(stored.checkpoint)) await folder.write(path, bytes);
        await folder.write('config.json', `${JSON.stringify(imported.config, null, 2)}\n`);
        await copyCompanions(files, imported.files, folder);
        await copySentenceModules(files, folder, to);
        const changed = imported.notes?.map(({ message }) => message) ?? [];
        return { stored, skipped: imported.skipped, notes: [...changed, ...(await notesOnParts(files, imported))] };
      });
      const worst = stored.report.tensors
        .slice(0, 5)
        .map((tensor) => [tensor.name, tensor.relativeError.toExponential(2)]);
      const { bytesBefore, bytesAfter } = stored.report;
      const lost = worst.length > 0 ? `; largest relative errors:\n${table(worst)}` : ', stored as read';
      const left = skipped.length > 0 ? `\nSkipped:\n${table(skipped.map(({ name, reason }) => [name, reason]))}` : '';
      const report = `${bytesBefore} bytes of weights became ${bytesAfter}${lost}${left}`;
      print(json, { ...stored.report, skipped, notes }, [report, ...notes].join('\n'));
    });
}

/** Returns the warnings that `load` would give. A missing tokenizer, as in a TensorFlow checkpoint, is only noted. */
async function notesOnParts(...parts: Parameters<typeof checkParts>): Promise<string[]> {
  try {
    return (await checkParts(...parts)).map(({ message }) => message);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return [error.message];
    throw error;
  }
}
