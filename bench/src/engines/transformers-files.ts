/** The model files that transformers.js reads, made in the page from those that we ship. */
import { readConfig } from '@albert-web/core';
import { loadCheckpoint, openModel } from '@albert-web/checkpoints';
import { filesForTransformers } from '../model/transformers-files.ts';

/** The part of the Cache interface that transformers.js uses. */
interface ModelCache {
  match(path: string): Promise<Response | undefined>;
  put(): Promise<void>;
}

/** Returns a cache with the files that our folder lacks: the same graph and tokenizer as the headless runner writes. */
export async function filesOfShipped(url: URL): Promise<ModelCache> {
  const files = await openModel(url);
  const config = readConfig(await files.readJson('config.json'));
  const settings = (await files.readJson('tokenizer_config.json')) as object;
  const spiece = await files.readBytes('spiece.model');
  const made = Object.entries(
    filesForTransformers({ config, checkpoint: await loadCheckpoint(files) }, spiece, settings),
  );
  return {
    match: (path) => {
      const found = made.find(([name]) => path.endsWith(`/${name}`));
      return Promise.resolve(found && new Response(found[1]));
    },
    put: () => Promise.resolve(),
  };
}
