// The script brings a worker, WebAssembly and weights that must lie beside it: it is copied, not bundled.
const { load } = await import(
  /* @vite-ignore */ /* webpackIgnore: true */ new URL('albert/albert.mjs', document.baseURI).href
);

const verdict = document.querySelector('#verdict');
try {
  const model = await load();
  const { paraphrase } = await model.paraphrase('It rained all night.', 'It was raining the whole night.');
  verdict.textContent = paraphrase ? 'The same' : 'Different';
} catch (error) {
  verdict.textContent = error.message;
}
