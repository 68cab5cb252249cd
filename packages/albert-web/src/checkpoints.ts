/**
 * Checkpoints in and out: safetensors shards, PyTorch, TensorFlow, ONNX, quantization, the cache. Without TensorFlow.js.
 *
 * @packageDocumentation
 */
export * from '@albert-web/checkpoints';
