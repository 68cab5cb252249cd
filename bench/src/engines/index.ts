/** Opens any candidate. Each engine's code is loaded when it is first needed. */
import type { EngineName } from '../report/engines.ts';
import type { OpenEngine } from './engine.ts';

const engines: Readonly<Record<Exclude<EngineName, 'transformers.js'>, () => Promise<OpenEngine>>> = {
  'albert-web': async () => (await import('./albert-web.ts')).openAlbertWeb,
  tfjs: async () => (await import('./albert-web.ts')).openAlbertWeb,
  'LiteRT.js': async () => (await import('./litert.ts')).openLiteRt,
  'onnxruntime-web': async () => (await import('./onnxruntime.ts')).openOnnxRuntime,
};

/** transformers.js takes text, not ids: see `measure/pairs.ts`. */
export const openEngine: OpenEngine = async (candidate, model, settings) => {
  if (candidate.engine === 'transformers.js') throw new TypeError('transformers.js is measured from text');
  const open = await engines[candidate.engine]();
  return open(candidate, model, settings);
};
