// Extension pages allow no inline script.
const verdict = document.querySelector('#verdict');

albert
  .load()
  .then((model) => model.paraphrase('Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'))
  .then(
    ({ paraphrase }) => (verdict.textContent = paraphrase ? 'The same' : 'Different'),
    (error) => (verdict.textContent = error.message),
  );
