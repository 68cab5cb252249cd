import { defineConfig } from 'vite';

// Top-level await.
export default defineConfig({ build: { target: 'es2022' } });
