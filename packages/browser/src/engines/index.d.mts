export type EngineName = 'firefox' | 'webkit';

export interface Engine {
  readonly title: string;
  /** Backends on a machine without a GPU. WebKitGTK has no WebGPU. */
  readonly backends: readonly ('wasm' | 'webgl' | 'webgpu')[];
  /** Names of the Debian packages. */
  readonly packages: string;
}

/** A browser under test, with one tab. */
export interface EngineBrowser {
  /** Name and version. */
  readonly version: string;
  goto(url: string | URL): Promise<void>;
  /** Runs a function in the page and awaits its result. The function cannot use variables of its own scope. */
  evaluate<Args extends unknown[], T>(body: (...args: Args) => T, ...args: Args): Promise<Awaited<T>>;
  click(selector: string): Promise<void>;
  /** Types into a field. For a file input, `text` is the path of a file. */
  type(selector: string, text: string): Promise<void>;
  /** Returns the visible part of the page as PNG. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

export declare const engines: Readonly<Record<EngineName, Engine>>;
export declare function installedEngines(): EngineName[];
export declare function startEngine(name: EngineName): Promise<EngineBrowser>;
