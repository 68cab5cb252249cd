/** Compiles a fragment shader and runs it over a rectangle of render targets. */
import type { WebglDevice } from './device.ts';
import { WebglContextLostError, WebglShaderError } from './errors.ts';

/** Type of an input in the shader: an array for our panels, or a 2D texture of tfjs. */
export type SamplerType = 'sampler2DArray' | 'sampler2D';

/** A shader with named inputs (textures) and uniforms (integers). */
export interface ProgramSource<Input extends string, Uniform extends string> {
  readonly name: string;
  readonly inputs: Readonly<Record<Input, SamplerType>>;
  readonly uniforms: readonly Uniform[];
  /** Number of render targets; `out0`, `out1`, ... are declared for the code. */
  readonly outputs: number;
  /** GLSL ES 3.00 from the first function to the end of `main`. */
  readonly code: string;
}

/** Where a program draws; texels outside the rectangle keep their values. */
export interface RenderTarget {
  readonly framebuffer: WebGLFramebuffer;
  readonly width: number;
  readonly height: number;
  /** First row of the rectangle; `gl_FragCoord.y` still counts from the texture's first row. */
  readonly y?: number;
}

/** A compiled program. */
export interface Program<Input extends string, Uniform extends string> {
  /** Queues one draw; the GPU may still be working when it returns. */
  run(inputs: Record<Input, WebGLTexture>, uniforms: Record<Uniform, number>, target: RenderTarget): void;
}

/** Programs live as long as the context, like tfjs's own: a second model, or the same one again, compiles nothing. */
const compiled = new WeakMap<WebGL2RenderingContext, Map<string, Promise<Program<string, string>>>>();

/** One triangle that covers every texel, without a vertex buffer; counter-clockwise, because tfjs culls the other side. */
const vertexShader = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1);
  gl_Position = vec4(corner, 0, 1);
}`;

/**
 * Compiles a program, without blocking the page if the browser can compile in parallel.
 *
 * @throws WebglShaderError, WebglContextLostError
 */
export function compileProgram<Input extends string, Uniform extends string>(
  { gl }: WebglDevice,
  source: ProgramSource<Input, Uniform>,
): Promise<Program<Input, Uniform>> {
  const programs = compiled.get(gl) ?? new Map<string, Promise<Program<string, string>>>();
  compiled.set(gl, programs);
  const text = fragmentShader(source);
  const program = (programs.get(text) as Promise<Program<Input, Uniform>> | undefined) ?? compile(gl, source, text);
  programs.set(text, program);
  return program;
}

async function compile<Input extends string, Uniform extends string>(
  gl: WebGL2RenderingContext,
  source: ProgramSource<Input, Uniform>,
  text: string,
): Promise<Program<Input, Uniform>> {
  const program = gl.createProgram();
  const shaders = [
    attachShader(gl, program, gl.VERTEX_SHADER, vertexShader),
    attachShader(gl, program, gl.FRAGMENT_SHADER, text),
  ];
  gl.linkProgram(program);
  await compilation(gl, program);
  for (const shader of shaders) gl.deleteShader(shader);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    if (gl.isContextLost()) throw new WebglContextLostError();
    const log = [...shaders.map((shader) => gl.getShaderInfoLog(shader)), gl.getProgramInfoLog(program)].join(' ');
    gl.deleteProgram(program);
    throw new WebglShaderError({
      problem: `The driver does not compile the shader "${source.name}": ${log.trim()}`,
      remedy: 'Use another backend, and report the message with the name of the GPU',
    });
  }
  return bindProgram(gl, program, source);
}

function bindProgram<Input extends string, Uniform extends string>(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  source: ProgramSource<Input, Uniform>,
): Program<Input, Uniform> {
  const inputs = Object.entries(source.inputs) as [Input, SamplerType][];
  const uniforms = source.uniforms.map((name) => [name, gl.getUniformLocation(program, name)] as const);
  const vertices = gl.createVertexArray();
  gl.useProgram(program);
  inputs.forEach(([name], unit) => gl.uniform1i(gl.getUniformLocation(program, name), unit));
  return {
    run(textures, values, { framebuffer, width, height, y = 0 }) {
      gl.useProgram(program);
      gl.bindVertexArray(vertices);
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      gl.viewport(0, y, width, height);
      gl.scissor(0, y, width, height);
      inputs.forEach(([name, type], unit) => {
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(type === 'sampler2D' ? gl.TEXTURE_2D : gl.TEXTURE_2D_ARRAY, textures[name]);
      });
      for (const [name, location] of uniforms) gl.uniform1i(location, values[name]);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    },
  };
}

function fragmentShader<Input extends string, Uniform extends string>(source: ProgramSource<Input, Uniform>): string {
  const inputs = Object.entries<SamplerType>(source.inputs);
  return [
    '#version 300 es',
    'precision highp float; precision highp int; precision highp sampler2D; precision highp sampler2DArray;',
    ...inputs.map(([name, type]) => `uniform ${type} ${name};`),
    ...source.uniforms.map((name) => `uniform int ${name};`),
    ...Array.from({ length: source.outputs }, (_, index) => `layout(location = ${index}) out vec4 out${index};`),
    source.code,
  ].join('\n');
}

function attachShader(gl: WebGL2RenderingContext, program: WebGLProgram, type: GLenum, text: string): WebGLShader {
  const shader = gl.createShader(type);
  if (!shader) throw new WebglContextLostError();
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  gl.attachShader(program, shader);
  return shader;
}

/** Waits until the driver is done: reading the link status before would block. */
async function compilation(gl: WebGL2RenderingContext, program: WebGLProgram): Promise<void> {
  const parallel = gl.getExtension('KHR_parallel_shader_compile') as { COMPLETION_STATUS_KHR: GLenum } | null;
  if (!parallel) return;
  while (!gl.isContextLost() && !gl.getProgramParameter(program, parallel.COMPLETION_STATUS_KHR)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
