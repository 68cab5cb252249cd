import { cp } from 'node:fs/promises';

const built = await Bun.build({
  entrypoints: ['index.html'],
  outdir: 'dist',
  minify: true,
  splitting: true,
  publicPath: '/',
});
for (const message of built.logs) console.warn(message);
await cp('public', 'dist', { recursive: true });
