/** The default model's files. Importing the package registers them for `load()` of albert-web without a location. */
declare const model: {
  readonly name: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly urls: Readonly<Record<string, string>>;
};
export default model;
