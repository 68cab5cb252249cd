/** The entries of albert-web, by the source file with their docstrings. */
export declare const sources: ReadonlyMap<string, string>;
/** The documented modules by the names that are imported: `albert-web`, `albert-web/tokenizer`, ... */
export declare const modules: readonly string[];
