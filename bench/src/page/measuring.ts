/** Measures in a worker, so that the page stays responsive while engines compute. */
import type { Measurement } from '../measure/measure.ts';
import type { BenchEvent } from '../report/collect.ts';
import { MeasurementError } from './errors.ts';
import type { MeasuringMessage, MeasuringRequest } from './measuring-worker.ts';

/**
 * Runs one measurement in its own worker, which is terminated afterwards, so that no engine leaves memory or threads to the next.
 *
 * @param receive called with everything as it is measured
 * @param signal terminates the worker at once; earlier results are kept
 * @throws the signal's reason; MeasurementError if the worker fails
 */
export async function measureInWorker(
  measurement: Measurement,
  receive: (event: BenchEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('measuring-worker.ts', import.meta.url), { type: 'module', name: 'measuring' });
  const ended = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => {
        const problem = `The measurement ended early: ${why}`;
        reject(new MeasurementError({ problem, remedy: 'See the console, and run it again' }));
      };
      worker.addEventListener('message', ({ data }: MessageEvent<MeasuringMessage>) => {
        if ('event' in data) receive(data.event);
        else if (data.failure === undefined) resolve();
        else fail(data.failure);
      });
      worker.addEventListener('error', ({ message }) => fail(message || 'its worker did not start'));
      signal?.addEventListener('abort', () => reject(signal.reason as Error), ended);
      const request: MeasuringRequest = { measurement, baseUrl: document.baseURI };
      worker.postMessage(request, []);
    });
  } finally {
    ended.abort();
    worker.terminate();
  }
}
