import { AlbertError } from '@albert-web/errors';
import { DeviceLostError } from '../errors.ts';

/** The browser or the driver lost the WebGL context, with everything stored on it. */
export class WebglContextLostError extends DeviceLostError {
  override readonly name = 'WebglContextLostError';

  constructor() {
    super({
      problem: 'The WebGL context was lost, and every texture with it',
      remedy: 'Register the tfjs backend "webgl" again and recreate the executor, or use another backend',
    });
  }
}

/** This browser's WebGL lacks something that the executor requires. */
export class WebglUnsupportedError extends AlbertError {
  override readonly name = 'WebglUnsupportedError';
}

/** The driver rejected one of our shaders. */
export class WebglShaderError extends AlbertError {
  override readonly name = 'WebglShaderError';
}
