import { AlbertError } from '@albert-web/errors';
import { DeviceLostError } from '../errors.ts';

/** The GPU process or the driver took the WebGL context away: everything on it is gone. */
export class WebglContextLostError extends DeviceLostError {
  override readonly name = 'WebglContextLostError';

  constructor() {
    super({
      problem: 'The WebGL context was lost, and every texture with it',
      remedy: 'Register the tfjs backend "webgl" again and recreate the executor, or use another backend',
    });
  }
}

/** This browser's WebGL lacks something the executor cannot do without. */
export class WebglUnsupportedError extends AlbertError {
  override readonly name = 'WebglUnsupportedError';
}

/** The driver refused one of our shaders. */
export class WebglShaderError extends AlbertError {
  override readonly name = 'WebglShaderError';
}
