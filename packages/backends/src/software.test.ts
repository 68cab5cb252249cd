import { describe, expect, it } from 'vitest';
import { isEmulatedAdapter } from './software.ts';

describe('an adapter', () => {
  it.each([
    ['says that it is a fallback', { vendor: 'mesa', isFallbackAdapter: true }],
    ['is Mesa’s llvmpipe', { vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }],
    ['is Mesa’s lavapipe', { description: 'lavapipe' }],
    ['is SwiftShader', { vendor: 'google', architecture: 'swiftshader' }],
    ['is Microsoft’s', { description: 'Microsoft Basic Render Driver' }],
    ['computes nothing', { device: 'null-backend' }],
  ])('counts as emulated if it %s', (_what, info) => {
    expect(isEmulatedAdapter(info)).toBe(true);
  });

  it.each([
    ['a GPU', { vendor: 'nvidia', architecture: 'ampere', isFallbackAdapter: false }],
    ['a GPU in a browser without isFallbackAdapter', { vendor: 'apple', architecture: 'metal-3' }],
    ['an adapter without information', {}],
  ])('does not count as emulated if it is %s', (_what, info) => {
    expect(isEmulatedAdapter(info)).toBe(false);
  });
});
