/** Caches bind groups: each is created once, and reused for every layer and every call that binds the same buffers. */
import type { Kernel } from './pipelines.ts';
import { bind } from './pipelines.ts';

interface Node {
  group?: GPUBindGroup;
  readonly next: WeakMap<GPUBuffer, Node>;
}

/** A tree of weak maps with one level per buffer, so that a bind group can be collected with any of its buffers. */
export class BindGroups {
  readonly #device: GPUDevice;
  readonly #roots = new WeakMap<GPUBindGroupLayout, Node>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Returns a kernel's bind group for these buffers, by binding number. */
  of(kernel: Kernel, buffers: Readonly<Record<number, GPUBuffer>>): GPUBindGroup {
    let node: Node = this.#roots.get(kernel.layout) ?? { next: new WeakMap() };
    this.#roots.set(kernel.layout, node);
    for (const buffer of Object.values(buffers)) {
      const child: Node = node.next.get(buffer) ?? { next: new WeakMap() };
      node.next.set(buffer, child);
      node = child;
    }
    node.group ??= bind(this.#device, kernel, buffers);
    return node.group;
  }
}
