/** Registers every gradient of tfjs-core. Built into one file: Node cannot resolve tfjs's deep imports without extensions. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
