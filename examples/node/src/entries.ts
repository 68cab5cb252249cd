/** Uses every entry of the package according to its types. This file is compiled but not run. */
import '@albert-web/model-default';
import {
  AlbertError,
  CpuFallbackWarning,
  load,
  NoBackendError,
  type ModelInfo,
  type ParaphraseResult,
} from 'albert-web';
import { selectBackend } from 'albert-web/backends';
import { loadCheckpoint, openModel, type Checkpoint } from 'albert-web/checkpoints';
import { readConfig, type AlbertConfig } from 'albert-web/core';
import { load as loadBesideScript } from 'albert-web/files';
import { AutoTokenizer, pipeline, type Pipeline } from 'albert-web/pipelines';
import { useModel, type ModelState } from 'albert-web/react';
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

/** Errors of a known class have typed fields; others have a name. */
export const explain = (error: unknown): readonly string[] => {
  if (error instanceof NoBackendError) return error.rejected.map(({ backend, why }) => `${backend}: ${why}`);
  return error instanceof AlbertError ? [error.name] : [];
};

export const loadTold = (tell: (backends: readonly string[]) => void): Promise<{ dispose(): Promise<void> }> =>
  load('./model/', {
    onWarning: (warning) => {
      if (warning instanceof CpuFallbackWarning) tell(warning.rejected.map(({ backend }) => backend));
    },
  });

export const choose: typeof selectBackend = selectBackend;

export const classifier = (): Promise<Pipeline<'text-classification'>> =>
  pipeline('text-classification', 'textattack/albert-base-v2-SST-2', { device: 'wasm', dtype: 'q8' });

export const idsOf = async (location: string, text: string): Promise<readonly number[]> => {
  const tokenizer = await AutoTokenizer.from_pretrained(location);
  return Array.from(tokenizer(text).input_ids.data, Number);
};

export const useDefaultModel = (): ModelState => useModel('/models/default/');

export const rate: typeof learningRateAt = learningRateAt;

export const start = (): Session => new Session();
