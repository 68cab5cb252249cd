import { cp } from 'node:fs/promises';
import { build } from 'esbuild';

await build({ entryPoints: ['main.js'], outdir: 'dist', bundle: true, minify: true, format: 'esm', splitting: true });
await cp('index.html', 'dist/index.html');
await cp('public', 'dist', { recursive: true });
