/** What transformers.js reads of a model, made in the page from the files that we ship. */
import { readConfig } from '@albert-web/core';
import { loadCheckpoint, openModel } from '@albert-web/checkpoints';
import { filesForTransformers } from '../model/transformers-files.ts';

/** The part of the Cache interface that transformers.js asks for. */
interface ModelCache {
  match(path: string): Promise<Response | undefined>;
  put(): Promise<void>;
}

/** Answers for the files that our folder does not have; the same graph and tokenizer as the headless runner writes. */
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
