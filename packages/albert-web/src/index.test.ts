import { AlbertError } from '@albert-web/errors';
import { expect, it } from 'vitest';

it('can be imported outside a page', async () => {
  const albert = await import('./index.ts');
  expect(albert.load).toBeTypeOf('function');
  expect(albert.AlbertError).toBe(AlbertError);
});
