/** Prerenders pages to static files. */
export default { output: 'export', distDir: 'dist' };
