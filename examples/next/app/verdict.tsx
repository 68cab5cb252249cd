'use client';
import '@albert-web/model-default';
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
  await using model = await load(undefined, { signal });
  const pair = ['Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'] as const;
  const { paraphrase, probability } = await model.paraphrase(...pair, { signal });
  const { backend, threads } = await model.info();
  const same = paraphrase ? 'The same' : 'Different';
  return `${same} (${probability.toFixed(3)}), on ${backend} with ${threads} threads`;
}
