/** Registers the default model: `load()` of albert-web without a location finds it. */
export {};
