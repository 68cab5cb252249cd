import type { Plugin } from 'vite';

/** A third-party work in a bundle. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier of the license. */
  readonly identifier?: string;
  readonly text?: string;
}

/** Options for writing notices. */
export interface NoticesOptions {
  /** Works that bundlers do not see, because they are inside a `.wasm` file or copied unchanged. */
  readonly compiledIn?: readonly Notice[];
  /** Default `THIRD-PARTY-NOTICES.md`. */
  readonly fileName?: string;
}

/** Two plugins that share a list of packages. */
export interface NoticesPlugins {
  /** The plugin for the build. */
  readonly plugin: Plugin;
  /** Creates the plugin for the builds of its workers, which run first. */
  readonly ofWorkers: () => Plugin;
}

export declare function thirdPartyNotices(options?: NoticesOptions): NoticesPlugins;
export declare function noticeOf(folder: string): Notice;
export declare function wasmNotices(): Notice[];
export declare function folderOf(name: string): string;
export declare function shippedModels(): { name: string; folder: string }[];
export declare function wgslAsText(): Plugin;
export declare function withoutNode(): Plugin;
export declare function withSources<T>(
  work: (load: (file: string) => Promise<Readonly<Record<string, unknown>>>) => Promise<T>,
): Promise<T>;
