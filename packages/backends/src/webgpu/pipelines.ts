/** Compiles each program once per device: layers, executors and calls share them. */
import { messageOf } from '@albert-web/errors';
import { GpuError } from './errors.ts';
import type { BindingKind, Program } from './program.ts';

/** A program ready to run. */
export interface Kernel {
  readonly program: Program;
  readonly pipeline: GPUComputePipeline;
  /** The same object for all programs with the same bindings, so that they can share bind groups. */
  readonly layout: GPUBindGroupLayout;
}

/** Everything compiled on one device. */
interface Compiled {
  readonly kernels: Map<string, Promise<Kernel>>;
  readonly layouts: Map<string, GPUBindGroupLayout>;
}

const compiledOn = new WeakMap<GPUDevice, Compiled>();

/**
 * Compiles a program off the main thread, or returns an earlier result.
 *
 * @throws GpuError with the compiler's messages, if the device rejects the shader
 */
export function compile(device: GPUDevice, program: Program): Promise<Kernel> {
  const compiled = compiledOn.get(device) ?? { kernels: new Map(), layouts: new Map() };
  compiledOn.set(device, compiled);
  const known = compiled.kernels.get(program.code);
  if (known) return known;
  const kernel = build(device, program, layoutOf(device, program, compiled));
  compiled.kernels.set(program.code, kernel);
  // A failure may be temporary: the next caller tries again.
  kernel.catch(() => compiled.kernels.delete(program.code));
  return kernel;
}

/** Creates a bind group for a kernel, with buffers by binding number. */
export function bind(
  device: GPUDevice,
  { program, layout }: Kernel,
  buffers: Readonly<Record<number, GPUBuffer>>,
): GPUBindGroup {
  const entries = Object.keys(program.bindings).map((key) => {
    const buffer = buffers[Number(key)];
    if (!buffer) {
      throw new GpuError({
        problem: `Kernel "${program.name}" was given no buffer for binding ${key}`,
        remedy: 'This is a fault of the executor: please report it',
      });
    }
    return { binding: Number(key), resource: { buffer } };
  });
  return device.createBindGroup({ label: program.name, layout, entries });
}

async function build(device: GPUDevice, program: Program, layout: GPUBindGroupLayout): Promise<Kernel> {
  // Shader errors are reported by this pipeline instead of surfacing in a later use of the device.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: program.name, code: program.code });
  device.popErrorScope().catch(() => undefined);
  try {
    const pipeline = await device.createComputePipelineAsync({
      label: program.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    });
    return { program, pipeline, layout };
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    const said = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('; ');
    throw new GpuError(
      {
        problem: `The GPU refused kernel "${program.name}": ${said || messageOf(error)}`,
        remedy: 'Choose another backend, and report the message with the name of your GPU',
      },
      { cause: error },
    );
  }
}

function layoutOf(device: GPUDevice, { bindings }: Program, { layouts }: Compiled): GPUBindGroupLayout {
  const key = JSON.stringify(bindings);
  const known = layouts.get(key);
  if (known) return known;
  const layout = device.createBindGroupLayout({
    entries: Object.entries(bindings).map(([binding, kind]) => ({
      binding: Number(binding),
      visibility: computeStage,
      buffer: { type: bufferTypes[kind] },
    })),
  });
  layouts.set(key, layout);
  return layout;
}

/** `GPUShaderStage.COMPUTE`, which exists as a global only where WebGPU does. */
const computeStage = 4;

const bufferTypes: Readonly<Record<BindingKind, GPUBufferBindingType>> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  write: 'storage',
};
