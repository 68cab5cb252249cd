/**
 * ALBERT as in the paper, in plain TensorFlow.js ops (Lan et al. 2019, "ALBERT: A Lite BERT").
 *
 * @module albert-web/core
 */
export * from '@albert-web/core';
