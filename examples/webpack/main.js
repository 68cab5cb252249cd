// The script brings a worker, WebAssembly and weights that must lie beside it: it is copied, not bundled.
const { load } = await import(
  /* @vite-ignore */ /* webpackIgnore: true */ new URL('albert/albert.mjs', document.baseURI).href
);

const model = await load();
const { paraphrase } = await model.paraphrase('He is rich.', 'He has a lot of money.');
document.querySelector('#verdict').textContent = paraphrase ? 'The same' : 'Different';
