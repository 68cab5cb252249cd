/** tfjs-core alone registers no gradients: this registers all of them, once, when asked. */
export async function registerGradients(): Promise<void> {
  await import('@albert-web/core/all-gradients');
}
