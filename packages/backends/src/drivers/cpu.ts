/** The last resort: tfjs's plain JavaScript backend runs wherever JavaScript does. */
import * as tf from '@tensorflow/tfjs-core';
import { createPlainExecutor } from '@albert-web/core';
import type { BackendDriver } from '../driver.ts';

export const cpuDriver: BackendDriver = {
  name: 'cpu',
  async start() {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    return {
      description: 'plain JavaScript',
      precisions: ['f32'],
      createExecutor: (config, weights) => Promise.resolve(createPlainExecutor(config, weights)),
    };
  },
};
