/** Splitting puts each backend into its own file, which is fetched when the backend is chosen. */
export const options = { entryPoints: ['main.js'], outdir: 'dist', bundle: true, format: 'esm', splitting: true };
