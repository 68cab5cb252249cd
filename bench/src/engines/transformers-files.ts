/** What transformers.js reads of a model, made from the files that we ship. */
import { readConfig } from '@albert-web/core';
import { toTokenizerJson } from '@albert-web/tokenizer';
import { exportOnnx, loadCheckpoint, openModel, weightReader } from '@albert-web/checkpoints';

/** The part of the Cache interface that transformers.js asks for. */
interface ModelCache {
  match(path: string): Promise<Response | undefined>;
  put(): Promise<void>;
}

/** Answers for the files that our folder does not have; the same graph and tokenizer as the headless runner writes. */
export async function filesOfShipped(url: URL): Promise<ModelCache> {
  const files = await openModel(url);
  const config = readConfig(await files.readJson('config.json'));
  const settings = await files.readJson('tokenizer_config.json');
  const spiece = await files.readBytes('spiece.model');
  const onnx = exportOnnx({ config, weights: weightReader(await loadCheckpoint(files)), precision: 'q8' });
  const made: Readonly<Record<string, BlobPart>> = {
    'tokenizer.json': JSON.stringify(toTokenizerJson(spiece, settings)),
    'tokenizer_config.json': JSON.stringify({ ...(settings as object), tokenizer_class: 'AlbertTokenizer' }),
    'model_quantized.onnx': onnx,
  };
  return {
    match: (path) => {
      const body = made[path.split('/').at(-1) ?? ''];
      return Promise.resolve(body === undefined ? undefined : new Response(body));
    },
    put: () => Promise.resolve(),
  };
}
