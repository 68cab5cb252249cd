/**
 * Checkpoints in and out: safetensors shards, PyTorch, TensorFlow, ONNX, quantization, the cache. Without TensorFlow.js.
 *
 * @module albert-web/checkpoints
 */
export * from '@albert-web/checkpoints';
