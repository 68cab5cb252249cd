import { join } from 'node:path';
import { installedModel, makeFolder, openModel } from '@albert-web/checkpoints';
import type { Command } from 'commander';
import { guard, writeWhole } from '../output/files.ts';
import { print } from '../output/print.ts';

/** `albert copy FOLDER`: copies the installed default model to `FOLDER/default`, for a site to serve. */
export function register(program: Command): void {
  program
    .command('copy')
    .description('copy the installed @albert-web/model-default to FOLDER/default, for a site to serve')
    .argument('<folder>', 'such as public/models')
    .option('--json', 'print one line of JSON')
    .action(async (folder: string, { json }: { readonly json?: boolean }) => {
      const model = await installedModel();
      const files = await openModel(model);
      const paths = [...Object.keys(model.texts), ...Object.keys(model.urls)];
      const target = join(folder, 'default');
      await guard(
        target,
        async () => {
          await makeFolder(target);
          for (const path of paths) await writeWhole(join(target, path), await files.readBytes(path));
        },
        'run the same command again',
      );
      print(json, { folder: target, files: paths }, `${paths.length} files of ${model.name} are in ${target}`);
    });
}
