/** The worker's side: one model, and the calls that arrive for it. */
import { DisposedError } from '@albert-web/errors';
import { load, type Albert, type ModelInfo } from '@albert-web/tasks';
import { receiveLocation, type SentLocation } from './location.ts';
import { withOptions, type SentOptions } from './options.ts';
import type { HostInterface, MethodPath } from './protocol.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** Answers a page's calls with a model of its own. */
export class Host implements HostInterface {
  /** Also while it loads, so that a host can be ended before. */
  #model: Promise<Albert> | undefined;

  async load(location: SentLocation, options: SentOptions): Promise<void> {
    this.#model = withOptions(options, (whole) => load(receiveLocation(location), whole));
    await this.#model;
  }

  async call(path: MethodPath, args: readonly unknown[], options: SentOptions): Promise<unknown> {
    const method = methodOf(await this.#loaded(), path);
    return withOptions(options, (whole) => method(...args, whole));
  }

  async info(): Promise<ModelInfo> {
    return (await this.#loaded()).info();
  }

  async dispose(): Promise<void> {
    const model = await this.#model?.catch(() => undefined);
    await model?.dispose();
    this.#model = undefined;
  }

  /** @throws DisposedError */
  async #loaded(): Promise<Albert> {
    if (!this.#model) throw new DisposedError('the model');
    return this.#model;
  }
}

function methodOf(model: Albert, path: MethodPath): Method {
  if (path[0] === 'model') return model[path[1]].bind(model) as Method;
  return model.tokenizer[path[1]].bind(model.tokenizer) as Method;
}
