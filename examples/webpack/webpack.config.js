import CopyPlugin from 'copy-webpack-plugin';

export default {
  mode: 'production',
  entry: './main.js',
  experiments: { outputModule: true },
  output: { module: true, filename: 'main.js', publicPath: '/' },
  plugins: [new CopyPlugin({ patterns: ['index.html', { from: 'public' }] })],
};
