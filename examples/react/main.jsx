import { ParaphraseVerdict, useAnswer, useModel } from 'albert-web/react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

function Page() {
  const { model, progress, error } = useModel('/models/default/');
  const { answer: info } = useAnswer(model, (ready, options) => ready.info(options), []);
  const [first, setFirst] = useState('Roman soldiers built the bridge.');
  const [second, setSecond] = useState('The bridge was built by Roman soldiers.');
  if (error) return <p id="verdict">{error.message}</p>;
  return (
    <>
      {!model && <progress max={progress?.total} value={progress?.loaded} />}
      <input aria-label="First sentence" value={first} onChange={({ target }) => setFirst(target.value)} />
      <input aria-label="Second sentence" value={second} onChange={({ target }) => setSecond(target.value)} />
      <p id="verdict">
        <ParaphraseVerdict model={model} first={first} second={second}>
          {({ answer }) => (answer && info ? describe(answer, info) : 'Loading…')}
        </ParaphraseVerdict>
      </p>
    </>
  );
}

function describe({ paraphrase, probability }, { backend, threads }) {
  const same = paraphrase ? 'The same' : 'Different';
  return `${same} (${probability.toFixed(3)}), on ${backend} with ${threads} threads`;
}

createRoot(document.querySelector('#root')).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
