/** The sentence pairs of end-to-end runs. */

/** Written for this benchmark, in the length and style of news sentences. */
const written: readonly (readonly [string, string])[] = [
  [
    'The city council approved the new tram line on Tuesday after a debate that lasted almost six hours.',
    'After nearly six hours of debate, council members voted on Tuesday in favor of the new tram line.',
  ],
  [
    'Shares of the shipbuilder fell 7 percent to $ 31.20 in early trading, their lowest since March.',
    'In early trading the shipbuilder dropped 7 percent, to $ 31.20.',
  ],
  [
    'Heavy snow closed the mountain pass for the third day in a row, and hundreds of lorries were waiting on both sides.',
    'The museum will stay open until midnight on the first Friday of every month, its director said.',
  ],
  [
    'Researchers found that the birds remember where they hid their food for as long as nine months.',
    'The birds can recall their hiding places for up to nine months, according to the researchers.',
  ],
  [
    'She said she had not been told about the decision before it was announced to the press.',
    'He said that he was told about the decision weeks before the press heard of it.',
  ],
  [
    'The two companies will share the cost of the satellite, which is to be launched next autumn from French Guiana.',
    'Next autumn the satellite, paid for by both companies, is due to lift off from French Guiana.',
  ],
  ['The train was late.', 'The train did not arrive on time.'],
  [
    'Police asked anyone who saw the blue van near the bridge between four and five o’clock to call the station.',
    'Witnesses who noticed a blue van by the bridge between 4 and 5 p.m. should call the police station, officers said.',
  ],
];

/** 64 pairs, four batches of 16. */
export const writtenPairs: readonly (readonly [string, string])[] = Array.from({ length: 8 }, () => written).flat();

/** Parses a GLUE MRPC file: a header, then lines of `label, id, id, first, second`, separated by tabs. */
export function parseMrpc(text: string): (readonly [string, string])[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/\r$/u, '').split('\t'))
    .flatMap(([, , , first, second]) => (first && second ? [[first, second] as const] : []));
}
