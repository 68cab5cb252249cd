/** Every entry of the package, used as its types say: compiled, not run. */
import '@albert-web/model-default';
import { load, type ModelInfo, type ParaphraseResult } from 'albert-web';
import { NoBackendError } from 'albert-web/backends';
import { loadCheckpoint, openModel, type Checkpoint } from 'albert-web/checkpoints';
import { readConfig, type AlbertConfig } from 'albert-web/core';
import { load as loadBesideScript } from 'albert-web/files';
import { load as loadInServiceWorker } from 'albert-web/service-worker';
import { readTokenizer, type Tokenizer } from 'albert-web/tokenizer';
import { learningRateAt } from 'albert-web/training';
import { Session } from 'albert-web/training/session';

export async function main(): Promise<ParaphraseResult> {
  await using model = await load();
  const info: ModelInfo = await model.info();
  return model.paraphrase(info.backend, info.device);
}

export const inPage = (): Promise<{ dispose(): Promise<void> }> => loadBesideScript();

export const inServiceWorker = (): Promise<{ dispose(): Promise<void> }> => loadInServiceWorker('/models/default/');

export const openCheckpoint = async (location: string): Promise<Checkpoint> =>
  loadCheckpoint(await openModel(location));

export const configOf = (json: unknown): AlbertConfig => readConfig(json);

export const tokenizerOf = (files: Parameters<typeof readTokenizer>[0]): Promise<Tokenizer> => readTokenizer(files);

export const isRefusal = (error: unknown): error is NoBackendError => error instanceof NoBackendError;

export const rate: typeof learningRateAt = learningRateAt;

export const start = (): Session => new Session();
