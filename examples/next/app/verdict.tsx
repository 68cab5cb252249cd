'use client';
import { load } from 'albert-web';
import { useEffect, useState } from 'react';

export default function Verdict() {
  const [verdict, setVerdict] = useState('Loading…');
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    judge(signal).then(setVerdict, (error: Error) => {
      if (!signal.aborted) setVerdict(error.message);
    });
    return () => leaving.abort();
  }, []);
  return <p id="verdict">{verdict}</p>;
}

async function judge(signal: AbortSignal): Promise<string> {
  await using model = await load('/models/default/', { signal });
  const { paraphrase } = await model.paraphrase('It rained all night.', 'It was raining the whole night.', { signal });
  const { backend } = await model.info();
  return `${paraphrase ? 'The same' : 'Different'}, on ${backend}`;
}
