/** All commands. Each is a function that adds itself to the program. */
export { register as bench } from './bench.ts';
export { register as compare } from './compare.ts';
export { register as convert } from './convert.ts';
export { register as copy } from './copy.ts';
export { register as evaluate } from './evaluate.ts';
export { register as exportModel } from './export.ts';
export { register as createPretrainingData } from './create-pretraining-data.ts';
export { register as info } from './info.ts';
export { register as paraphrase } from './paraphrase.ts';
export { register as pretrain } from './pretrain.ts';
export { register as runClassifier } from './run-classifier.ts';
export { register as runRace } from './run-race.ts';
export { register as runSquad } from './run-squad.ts';
export { register as tokenize } from './tokenize.ts';
export { register as verify } from './verify.ts';
