import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelFiles, StoredPrecision } from '@albert-web/weights';
import {
  loadCheckpoint,
  openModel,
  quantizeCheckpoint,
  writeSafetensors,
  writeShardedCheckpoint,
} from '@albert-web/weights';
import type { Command } from 'commander';
import { Option } from 'commander';
import { print, table } from '../output/print.ts';

/** What lies beside the weights of a model and belongs to it; copied as it is where it is there. */
const companions = [
  'config.json',
  'spiece.model',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.txt',
  'modules.json',
  'sentence_bert_config.json',
  'paraphrase_calibration.json',
  '1_Pooling/config.json',
];

interface ConvertOptions {
  readonly to: StoredPrecision;
  readonly single?: boolean;
  readonly json?: boolean;
}

/** `albert convert MODEL OUT --to f16|q8|q4`: the same model in other weights, with what that cost. */
export function register(program: Command): void {
  program
    .command('convert')
    .description('store a model in other weights, in shards of at most 4 MiB')
    .argument('<model>', 'folder, URL or Hub id')
    .argument('<out>', 'folder to write')
    .addOption(new Option('--to <precision>', 'how to store').choices(['f32', 'f16', 'q8', 'q4']).default('q8'))
    .option('--single', 'write one model.safetensors, as other tools read it')
    .option('--json', 'print the report as JSON')
    .action(async (model: string, out: string, options: ConvertOptions) => {
      const files = await openModel(model);
      const reports = [];
      for (const folder of await weightFolders(files)) reports.push(await convertFolder(files, folder, out, options));
      for (const path of companions) await copyCompanion(files, path, out);
      const [report] = reports;
      const worst =
        report?.tensors.slice(0, 5).map((t) => [t.name, t.precision, t.relativeError.toExponential(2)]) ?? [];
      print(
        options.json,
        reports,
        `${report?.bytesBefore} bytes became ${report?.bytesAfter}; largest relative errors:\n${table(worst)}`,
      );
    });
}

/** The model's own weights, and those of a sentence encoder's dense layers. */
async function weightFolders(files: ModelFiles): Promise<(string | undefined)[]> {
  if (!(await files.has('modules.json'))) return [undefined];
  const modules = (await files.readJson('modules.json')) as { path: string; type: string }[];
  return [undefined, ...modules.filter(({ type }) => type.endsWith('.Dense')).map(({ path }) => path)];
}

async function convertFolder(
  files: ModelFiles,
  folder: string | undefined,
  out: string,
  { to, single }: ConvertOptions,
) {
  const { checkpoint, report } = quantizeCheckpoint(await loadCheckpoint(files, { folder }), to);
  // A dense layer is small beside the encoder, and one file is what sentence-transformers expects there.
  const written =
    single || folder
      ? [{ path: 'model.safetensors', bytes: writeSafetensors(checkpoint) }]
      : await writeShardedCheckpoint(checkpoint);
  for (const { path, bytes } of written) await writeInto(join(out, folder ?? ''), path, bytes);
  if (folder) await copyCompanion(files, `${folder}/config.json`, out);
  return report;
}

async function copyCompanion(files: ModelFiles, path: string, out: string): Promise<void> {
  if (await files.has(path)) await writeInto(out, path, await files.readBytes(path));
}

async function writeInto(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
