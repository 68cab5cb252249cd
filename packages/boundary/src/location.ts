/** Sends model locations to a worker, which has a different base URL than its page, and in which files lose their paths. */
import {
  checkLocation,
  isPath,
  type BaseModelOptions,
  type ModelLocation,
  type OpenOptions,
  type PackagedModel,
} from '@albert-web/checkpoints';

/** A location as it is posted: a URL or Hub id, a package's files, or files with their paths inside the dropped folder. */
export type SentLocation =
  string | PackagedModel | { readonly files: readonly (readonly [path: string, file: File])[] };

/** Page side: makes a location postable. Relative URLs are relative to the page. @throws InvalidArgumentError */
export function sendLocation(location: string | URL | PackagedModel): string | PackagedModel;
export function sendLocation(location: ModelLocation): SentLocation;
export function sendLocation(location: ModelLocation): SentLocation {
  checkLocation(location);
  if (typeof location === 'string') return isPath(location) ? absoluteUrl(location) : location;
  if (location instanceof URL) return location.href;
  if ('urls' in location) {
    const urls = Object.entries(location.urls).map(([path, url]) => [path, absoluteUrl(url)] as const);
    return { ...location, urls: Object.fromEntries(urls) };
  }
  return { files: Array.from(location, (file) => [file.webkitRelativePath || file.name, file] as const) };
}

/** Worker side: restores a location. */
export function receiveLocation(sent: SentLocation): ModelLocation {
  if (typeof sent === 'string' || 'urls' in sent) return sent;
  return sent.files.map(([path, file]) => Object.defineProperty(file, 'webkitRelativePath', { value: path }));
}

/** Resolves the options that are URLs against the page, before they are posted. */
export function sendLocations<
  T extends Pick<OpenOptions, 'hubUrl' | 'localPath'> & Pick<BaseModelOptions, 'baseModel'>,
>(options: T): T {
  const { hubUrl, localPath, baseModel } = options;
  return {
    ...options,
    ...(hubUrl !== undefined && { hubUrl: absoluteUrl(hubUrl) }),
    ...(localPath !== undefined && { localPath: absoluteUrl(localPath) }),
    ...(baseModel !== undefined && { baseModel: sendLocation(baseModel) }),
  };
}

/** Resolves a URL against the page. */
export function absoluteUrl(url: string | URL): string {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location.href).href;
}
