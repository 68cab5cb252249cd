/** tfjs-core alone registers no gradients: this registers all of them, once, when asked. */
export async function registerGradients(): Promise<void> {
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
}
