/** The worker that measures: it gets one request, and sends events and the outcome. */
import { messageOf } from '@albert-web/errors';
import { measure, type Measurement } from '../measure/measure.ts';
import { eventSink, type BenchEvent } from '../report/collect.ts';

/** The page's request. */
export interface MeasuringRequest {
  readonly measurement: Measurement;
  /** The page's address; models and runtimes are relative to it. */
  readonly baseUrl: string;
}

/** The worker's messages: events, then the end, with what went wrong if anything did. */
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
