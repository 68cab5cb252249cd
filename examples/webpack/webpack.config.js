import CopyPlugin from 'copy-webpack-plugin';

export default {
  mode: 'production',
  entry: './main.js',
  experiments: { outputModule: true },
  output: { module: true },
  plugins: [new CopyPlugin({ patterns: ['index.html', { from: 'public' }] })],
};
