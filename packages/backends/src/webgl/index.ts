/** The WebGL executor. Import it dynamically, so that a page loads only the backend it chose. */
export { createWebglExecutor, type WebglExecutorOptions } from './executor.ts';
export { WebglContextLostError, WebglShaderError, WebglUnsupportedError } from './errors.ts';
export { readRenderer } from './renderer.ts';
export { guardContext, isRunningOnLostContext } from './context-loss.ts';
