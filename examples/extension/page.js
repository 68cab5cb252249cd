// Extension pages do not allow inline scripts.
const verdict = document.querySelector('#verdict');

albert
  .load()
  .then((model) => model.paraphrase('Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'))
  .then(
    ({ paraphrase }) => (verdict.textContent = paraphrase ? 'The same' : 'Different'),
    (error) => (verdict.textContent = error.message),
  );
