/** What the browser says of itself and of the machine. */

export interface Facts {
  readonly browser: string;
  readonly cores: number;
  readonly isolated: boolean;
  /** WebGL's renderer, or why there is none. */
  readonly webgl: string;
  /** WebGPU's adapter, or why there is none. */
  readonly webgpu: string;
  readonly webgpuFeatures: readonly string[];
}

export async function readFacts(): Promise<Facts> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return {
    browser: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
    isolated: globalThis.crossOriginIsolated,
    webgl: readRenderer(),
    webgpu: adapter
      ? [adapter.info.vendor, adapter.info.architecture, adapter.info.description].filter(Boolean).join(' ')
      : 'no adapter',
    webgpuFeatures: adapter ? [...adapter.features].filter((feature) => /f16|subgroups|timestamp/u.test(feature)) : [],
  };
}

function readRenderer(): string {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const debug = gl?.getExtension('WEBGL_debug_renderer_info');
  const renderer = gl ? String(gl.getParameter(debug?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)) : 'no WebGL 2';
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return renderer;
}
