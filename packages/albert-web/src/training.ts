/**
 * Training: optimizers, the trainer, data formats and metrics of GLUE, SQuAD and RACE, pretraining data. TensorFlow.js computes:
 * start one of its backends first.
 *
 * @module albert-web/training
 */
export * from '@albert-web/training';
