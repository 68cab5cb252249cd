/**
 * Training: optimizers, the trainer, data formats and metrics of GLUE, SQuAD and RACE, pretraining data. TensorFlow.js computes:
 * start one of its backends first.
 *
 * @packageDocumentation
 */
export * from '@albert-web/training';
