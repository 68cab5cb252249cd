/** The last fallback: tfjs's JavaScript backend, which runs everywhere. */
import { composeExecutor, createPlainExecutor, TfjsBackend } from '@albert-web/core';
import { precisionsOf } from '@albert-web/core/spec';
import type { BackendDriver } from '../driver.ts';

export const cpuDriver: BackendDriver = {
  name: 'cpu',
  async start() {
    await import('@tensorflow/tfjs-backend-cpu');
    const on = new TfjsBackend('cpu');
    return {
      description: 'plain JavaScript',
      precisions: precisionsOf('cpu'),
      createExecutor: ({ config, head, weights }) =>
        Promise.resolve(composeExecutor(config, head, weights, createPlainExecutor(config, weights, on), { on })),
    };
  },
};
