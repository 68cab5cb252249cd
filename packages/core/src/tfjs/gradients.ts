/** Registers all gradients of tfjs-core, which registers none itself. */
export async function registerGradients(): Promise<void> {
  await import('@albert-web/core/all-gradients');
}
