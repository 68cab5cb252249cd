/** Splitting keeps each backend in a file of its own, which is fetched when it is chosen. */
export const options = { entryPoints: ['main.js'], outdir: 'dist', bundle: true, format: 'esm', splitting: true };
