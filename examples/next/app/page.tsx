'use client';
// Types only: nothing of the script is rendered on the server, and importing it there would do no harm.
import type * as Albert from 'albert-web';
import { useEffect, useState } from 'react';

export default function Page() {
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
  const script = '/albert/albert.mjs';
  const { load } = (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ script)) as typeof Albert;
  await using model = await load(undefined, { signal });
  const { paraphrase } = await model.paraphrase('It rained all night.', 'It was raining the whole night.', { signal });
  return paraphrase ? 'The same' : 'Different';
}
