/** The same model from text in plain tfjs ops on WebAssembly, with our tokenizer: what a page could do without our kernels. */
import { loadCheckpoint, openModel, weightReader } from '@albert-web/checkpoints';
import { readConfig, startTfjsWasm } from '@albert-web/core';
import { padRows } from '@albert-web/tasks';
import { loadTokenizer } from '@albert-web/tokenizer';
import type { Candidate } from '../report/report.ts';
import { plainModel } from './albert-web.ts';
import type { EngineSettings } from './engine.ts';
import type { PairFolder, PairModel } from './transformers.ts';

/** Loads the folder as we ship it, and computes with its weights as floats. */
export async function openTfjsPairs(
  { backend }: Candidate,
  { folder }: PairFolder,
  batchSize: number,
  { threads, baseUrl }: EngineSettings,
): Promise<PairModel> {
  const files = await openModel(new URL(folder, baseUrl));
  const config = readConfig(await files.readJson('config.json'));
  const tokenizer = loadTokenizer({
    'spiece.model': await files.readBytes('spiece.model'),
    'tokenizer_config.json': await files.readJson('tokenizer_config.json'),
  });
  await startTfjsWasm({ files: new URL('wasm/', baseUrl).href, threads });
  const executor = await plainModel(backend, config, weightReader(await loadCheckpoint(files)));
  return {
    threads,
    tokenize(pairs) {
      for (const pair of pairs) tokenizer.encode(pair);
    },
    async run(pairs) {
      const logits: number[] = [];
      for (let start = 0; start < pairs.length; start += batchSize) {
        const encodings = tokenizer.encodeBatch(pairs.slice(start, start + batchSize));
        const { outputs } = await executor.run(padRows(encodings, config.pad_token_id));
        logits.push(...(outputs['logits']?.values ?? []));
      }
      return Float32Array.from(logits);
    },
    dispose: () => Promise.resolve(executor.dispose()),
  };
}
