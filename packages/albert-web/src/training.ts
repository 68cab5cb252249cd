/**
 * Training: optimizers, the trainer, data formats and metrics of GLUE, SQuAD and RACE, pretraining data. Computes with
 * TensorFlow.js: start one of its backends first.
 *
 * @module albert-web/training
 */
export * from '@albert-web/training';
