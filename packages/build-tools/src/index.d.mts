import type { Plugin } from 'vite';

/** A work in a bundle that others made. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly identifier?: string;
  readonly text?: string;
}

/** How notices are written. */
export interface NoticesOptions {
  /** What no bundler sees: what is inside a `.wasm` file, or copied as it is. */
  readonly compiledIn?: readonly Notice[];
  /** Default `THIRD-PARTY-NOTICES.md`. */
  readonly fileName?: string;
}

/** Two plugins that share a list. */
export interface NoticesPlugins {
  /** For the build. */
  readonly plugin: Plugin;
  /** For the builds of its workers, which come first. */
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
