import CopyPlugin from 'copy-webpack-plugin';

/** Makes the page cross-origin isolated, so that WebAssembly gets threads. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default {
  mode: 'production',
  entry: './main.js',
  output: { filename: 'main.js', publicPath: '/' },
  plugins: [new CopyPlugin({ patterns: ['index.html'] })],
  devServer: { headers, historyApiFallback: true, hot: false, liveReload: false },
};
