/** The worker that measures: one request, its events, its end. */
import { messageOf } from '@albert-web/errors';
import { measure, type Measurement } from '../measure/measure.ts';
import { eventSink, type BenchEvent } from '../report/collect.ts';

/** What the page asks for. */
export interface MeasuringRequest {
  readonly measurement: Measurement;
  /** The page's address; models and runtimes lie beside it. */
  readonly baseUrl: string;
}

/** What comes back: events, then the end with what went wrong, if anything did. */
export type MeasuringMessage = { readonly event: BenchEvent } | { readonly failure: string | undefined };

const post = (message: MeasuringMessage): void => postMessage(message);

addEventListener('message', ({ data: { measurement, baseUrl } }: MessageEvent<MeasuringRequest>) => {
  measure(
    measurement,
    { baseUrl },
    eventSink((event) => post({ event })),
  ).then(
    () => post({ failure: undefined }),
    (error: unknown) => post({ failure: messageOf(error) }),
  );
});
