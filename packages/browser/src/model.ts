/** The page's side: a model as the page sees it, every method a promise. */
import { DisposedError } from '@albert-web/errors';
import type { Albert, ModelInfo, ParaphraseOptions, ParaphraseResult } from '@albert-web/tasks';
import { releaseProxy, transfer, type Remote } from 'comlink';
import { coalescePairs } from './coalesce.ts';
import type { OpenCalls } from './open-calls.ts';
import { sendOptions, type LiveOptions } from './options.ts';
import type { HostInterface, HostMethods, ModelMethods } from './protocol.ts';

/** `T` with every method answering later. */
type Later<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** The tokenizer of a model in a worker. */
export type RemoteTokenizer = Later<Pick<Albert['tokenizer'], 'encode' | 'encodeBatch' | 'decode'>>;

/**
 * A loaded model. The methods are those of `Albert`, answered by the worker it lives in; calls may overlap, and calls of
 * `paraphrase` made together are judged together.
 */
export interface Model extends Later<ModelMethods & Pick<Albert, 'paraphrase' | 'info' | 'dispose'>> {
  readonly tokenizer: RemoteTokenizer;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A host that has been reached, in a worker or in this thread. */
export interface Connection {
  readonly remote: Remote<HostInterface>;
  readonly calls: OpenCalls;
  readonly close: () => void;
}

/** The model behind a connection. */
export class RemoteModel implements Model {
  readonly tokenizer: RemoteTokenizer = {
    encode: (input, options) => this.#call('tokenizer.encode', [input], options),
    encodeBatch: (inputs, options) => this.#call('tokenizer.encodeBatch', [inputs], options),
    decode: (ids, options) => this.#call('tokenizer.decode', [Array.from(ids)], options),
  };
  readonly #connection: Connection;
  readonly #paraphrase = coalescePairs((pairs, options) => this.paraphrases(pairs, options));
  #disposed: Promise<void> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  paraphrase(a: string, b: string, options?: ParaphraseOptions): Promise<ParaphraseResult> {
    return this.#paraphrase([a, b], options);
  }

  paraphrases: Model['paraphrases'] = (pairs, options) => this.#call('paraphrases', [pairs], options);
  explain: Model['explain'] = (a, b, options) => this.#call('explain', [a, b], options);
  classify: Model['classify'] = (inputs, options) => this.#call('classify', [inputs], options);
  classifyZeroShot: Model['classifyZeroShot'] = (texts, labels, options) =>
    this.#call('classifyZeroShot', [texts, labels], options);
  tag: Model['tag'] = (texts, options) => this.#call('tag', [texts], options);
  embed: Model['embed'] = (texts, options) => this.#call('embed', [texts], options);
  embedTokens: Model['embedTokens'] = (texts, options) => this.#call('embedTokens', [texts], options);
  fillMask: Model['fillMask'] = (text, options) => this.#call('fillMask', [text], options);
  answer: Model['answer'] = (question, passage, options) => this.#call('answer', [question, passage], options);
  choose: Model['choose'] = (prompt, choices, options) => this.#call('choose', [prompt, choices], options);
  sentenceOrder: Model['sentenceOrder'] = (first, second, options) =>
    this.#call('sentenceOrder', [first, second], options);

  info(): Promise<ModelInfo> {
    return this.#ask(({ remote }) => remote.info());
  }

  /** Waits for the running call, refuses those that wait, and ends the worker; one that has died is ended too. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#end();
    return this.#disposed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #end(): Promise<void> {
    const { remote, calls, close } = this.#connection;
    // A worker that has died holds nothing that it could still give back.
    await calls.guard(remote.dispose()).catch(() => undefined);
    // A call between two batches would answer after the worker's last word.
    calls.refuse(new DisposedError('the model'));
    remote[releaseProxy]();
    close();
  }

  #call<Name extends keyof HostMethods>(
    name: Name,
    args: readonly unknown[],
    options: object | undefined,
  ): Promise<Awaited<ReturnType<HostMethods[Name]>>> {
    const answer = this.#ask((connection) =>
      withLine(connection, options, (sent, ports) => connection.remote.call(name, args, transfer(sent, ports))),
    );
    return answer as Promise<Awaited<ReturnType<HostMethods[Name]>>>;
  }

  /** @throws DisposedError */
  async #ask<T>(question: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#disposed) throw new DisposedError('the model');
    return this.#connection.calls.guard(question(this.#connection));
  }
}

/** Posts options, waits for the answer and the last report, and cleans up. An abort rejects at once, with the page's own reason. */
export async function withLine<T>(
  { calls }: Connection,
  options: LiveOptions | undefined,
  post: (sent: ReturnType<typeof sendOptions>['sent'], ports: Transferable[]) => Promise<T>,
): Promise<T> {
  const signal = options?.signal;
  signal?.throwIfAborted();
  const line = sendOptions(options);
  try {
    const answer = await calls.guard(post(line.sent, line.transfer), signal);
    await calls.guard(line.done, signal);
    return answer;
  } finally {
    line.release();
  }
}
