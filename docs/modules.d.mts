/** By source, the entry of albert-web that it documents. */
export declare const sources: ReadonlyMap<string, string>;
/** The documented modules by the names that are imported: `albert-web`, `albert-web/tokenizer`, ... */
export declare const modules: readonly string[];
