/** The worker's side: holds a model and runs calls to it. */
import { receiveLocation, withOptions, type SentLocation, type SentOptions } from '@albert-web/boundary';
import { workersEnded } from '@albert-web/backends';
import { DisposedError } from '@albert-web/errors';
import { load, type Albert, type IndexOptions, type ModelInfo, type SemanticIndex } from '@albert-web/tasks';
import type { HostInterface, MethodPath } from './protocol.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** Loads a model and answers a page's calls to it. */
export class Host implements HostInterface {
  /** Set while the model is still loading, so that the host can be disposed before that. */
  #model: Promise<Albert> | undefined;
  #watch: { readonly port: MessagePort; last: string } | undefined;

  readonly #indexes = new Map<number, SemanticIndex>();

  async load(location: SentLocation, options: SentOptions): Promise<void> {
    this.#model = withOptions(options, (whole) => load(receiveLocation(location), whole));
    await this.#model;
  }

  async call(path: MethodPath, args: readonly unknown[], options: SentOptions): Promise<unknown> {
    const model = await this.#loaded();
    const method = this.#methodOf(model, path);
    try {
      return await withOptions(options, (whole) => method(...args, whole));
    } finally {
      this.#notifyChange(model);
    }
  }

  async watch(port: MessagePort): Promise<void> {
    this.#watch = { port, last: runnerOf((await this.#loaded()).info()) };
  }

  async info(): Promise<ModelInfo> {
    return (await this.#loaded()).info();
  }

  async dispose(): Promise<void> {
    const model = await this.#model?.catch(() => undefined);
    // The running call finishes first. Its backend changes are no longer reported.
    this.#watch?.port.close();
    this.#watch = undefined;
    await model?.dispose();
    this.#model = undefined;
    // The page terminates this worker next.
    await workersEnded();
  }

  #methodOf(model: Albert, path: MethodPath): Method {
    switch (path[0]) {
      case 'model':
        return model[path[1]].bind(model) as Method;
      case 'tokenizer':
        return model.tokenizer[path[1]].bind(model.tokenizer) as Method;
      case 'index':
        return (number, settings, ...args) => {
          const index = this.#indexOf(model, number as number, settings as IndexOptions | undefined);
          // The page does not use this number again.
          if (path[1] === 'dispose') this.#indexes.delete(number as number);
          return (index[path[1]].bind(index) as Method)(...args);
        };
    }
  }

  #indexOf(model: Albert, number: number, settings: IndexOptions | undefined): SemanticIndex {
    const index = this.#indexes.get(number) ?? model.createIndex(settings);
    this.#indexes.set(number, index);
    return index;
  }

  #notifyChange(model: Albert): void {
    if (!this.#watch) return;
    const info = model.info();
    const now = runnerOf(info);
    if (now === this.#watch.last) return;
    const { port } = this.#watch;
    this.#watch.last = now;
    port.postMessage(info);
  }

  /** @throws DisposedError */
  async #loaded(): Promise<Albert> {
    if (!this.#model) throw new DisposedError('the model');
    return this.#model;
  }
}

/** Returns a key whose change is reported as a backend change. A lost device that was restored unchanged does not count. */
function runnerOf({ backend, device, precision, threads }: ModelInfo): string {
  return [backend, device, precision, threads].join();
}
