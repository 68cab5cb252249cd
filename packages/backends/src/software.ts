/** Whether an adapter or renderer name is that of a GPU emulated on the CPU. */
export function isSoftwareRenderer(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/iu.test(name);
}
