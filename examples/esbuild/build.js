import { cp } from 'node:fs/promises';
import { build } from 'esbuild';
import { options } from './options.js';

await build({ ...options, minify: true });
await cp('index.html', 'dist/index.html');
await cp('public', 'dist', { recursive: true });
