/** Returns the name of WebGL 2's renderer, from a temporary context; undefined if there is no WebGL 2. */
export function readRenderer(): string | undefined {
  for (const canvas of canvases()) {
    const context = canvas.getContext('webgl2');
    if (context) return rendererOf(context);
  }
  return undefined;
}

/** An OffscreenCanvas may lack WebGL 2 even if the document's canvas has it: WebKitGTK, Safari before 17. */
function* canvases(): Generator<OffscreenCanvas | HTMLCanvasElement> {
  if (typeof OffscreenCanvas !== 'undefined') yield new OffscreenCanvas(1, 1);
  if (typeof document !== 'undefined') yield document.createElement('canvas');
}

function rendererOf(context: WebGL2RenderingContext): string {
  const debug = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(context.getParameter(debug?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return renderer;
}
