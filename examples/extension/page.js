// Extension pages allow no inline script.
const verdict = document.querySelector('#verdict');

albert
  .load()
  .then((model) => model.paraphrase('He is rich.', 'He has a lot of money.'))
  .then(
    ({ paraphrase }) => (verdict.textContent = paraphrase ? 'The same' : 'Different'),
    (error) => (verdict.textContent = error.message),
  );
