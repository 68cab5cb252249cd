import { defineConfig } from 'tsdown';
import { wgslAsText } from './scripts/wgsl-as-text.ts';

/** Every published package: one `.js` a module, so that bundlers shake what a page does not use. Types come from `tsc --build`. */
export default defineConfig({
  workspace: ['packages/errors', 'packages/core', 'packages/tokenizer', 'packages/weights', 'packages/backends', 'packages/tasks', 'packages/training', 'packages/cli'],
  entry: ['src/index.ts'],
  format: 'esm',
  platform: 'neutral',
  unbundle: true,
  dts: false,
  clean: false,
  fixedExtension: false,
  plugins: [wgslAsText()],
});
