/**
 * ALBERT as the paper writes it, in plain TensorFlow.js ops (Lan et al. 2019, "ALBERT: A Lite BERT").
 *
 * @module albert-web/core
 */
export * from '@albert-web/core';
