/** Pages rendered ahead of time, into files. */
export default { output: 'export', distDir: 'dist' };
