import { cp } from 'node:fs/promises';
import { context } from 'esbuild';
import { options } from './options.js';

await cp('index.html', 'dist/index.html');
await cp('public', 'dist', { recursive: true });
const building = await context(options);
const { port } = await building.serve({ servedir: 'dist', fallback: 'dist/index.html' });
console.log(`http://localhost:${port}`);
