// Extension pages allow no inline script.
const verdict = document.querySelector('#verdict');

albert
  .load()
  .then((model) => model.paraphrase('It rained all night.', 'It was raining the whole night.'))
  .then(
    ({ paraphrase }) => (verdict.textContent = paraphrase ? 'The same' : 'Different'),
    (error) => (verdict.textContent = error.message),
  );
