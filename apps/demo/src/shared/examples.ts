import type { Strings } from '../strings/en.ts';

/** Example pairs: clear cases, and the two kinds that are hard for this kind of model. */
export interface Example {
  /** Key of the text on its chip. */
  readonly name: keyof Strings['compare']['exampleNames'];
  readonly a: string;
  readonly b: string;
}

export const examples: readonly Example[] = [
  { name: 'same', a: 'The cat is sleeping on the sofa.', b: 'A cat sleeps on the couch.' },
  {
    name: 'news',
    a: 'The company said its profit rose by ten percent in the third quarter.',
    b: 'Third-quarter earnings were up 10 %, the firm announced.',
  },
  { name: 'topic', a: 'How do I learn to play the guitar?', b: 'Which guitar should a beginner buy?' },
  { name: 'different', a: 'The cat is sleeping on the sofa.', b: 'The bank raised its interest rate.' },
  { name: 'roles', a: 'The dog chased the boy.', b: 'The boy chased the dog.' },
];

export const rankExample = {
  query: 'Scientists have discovered a new species of frog.',
  list: [
    'A new kind of frog has been found by researchers.',
    'The museum opened a new exhibition on Monday.',
    'Biologists described an amphibian that nobody had known before.',
    'The frog jumped into the pond.',
    'You often find frogs near water.',
    'A previously unknown frog species was discovered.',
    'Scientists have discovered a new planet.',
    'Frogs are often found near water.',
  ],
} as const;

/** Ten pairs, with the verdict that a person would give. */
export const tableExample = `label\tsentence1\tsentence2
1\tThe cat is sleeping on the sofa.\tA cat sleeps on the couch.
0\tThe cat is sleeping on the sofa.\tThe bank raised its interest rate.
1\tShe bought a new car last week.\tLast week she purchased a new car.
0\tShe bought a new car last week.\tHe sold his old bicycle yesterday.
1\tThe meeting was postponed until Friday.\tThey put the meeting off until Friday.
0\tThe meeting was postponed until Friday.\tThe concert on Friday is sold out.
1\tHow can I lose weight quickly?\tWhat is the fastest way to lose weight?
0\tHow can I lose weight quickly?\tHow can I learn to cook quickly?
1\tThe president signed the bill into law.\tThe bill became law after the president signed it.
0\tThe dog chased the boy.\tThe boy chased the dog.
`;
