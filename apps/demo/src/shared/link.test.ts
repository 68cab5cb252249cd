import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Link } from './link-state.ts';

const place = { hash: '', pathname: '/', search: '' };
let changed: ((event: Pick<HashChangeEvent, 'newURL'>) => void) | undefined;

beforeEach(() => {
  vi.stubGlobal('location', place);
  vi.stubGlobal('history', { replaceState: (_: null, __: string, url: string) => (place.hash = url.slice(1)) });
  vi.stubGlobal('addEventListener', (type: string, listener: typeof changed) => {
    if (type === 'hashchange') changed = listener;
  });
});
afterEach(() => vi.unstubAllGlobals());

/** Opens a link to the current page, as the browser does. */
function open(hash: string, meanwhile?: () => void): void {
  place.hash = hash;
  meanwhile?.();
  changed?.({ newURL: `https://example.org/${hash}` });
}

describe('a link that is opened in the same tab', () => {
  it('is reported with the previous state, and becomes the new state', () => {
    place.hash = '#a=One&tab=rank';
    const link = new Link();
    const follower = vi.fn();
    link.follow(follower);
    open('#a=Two&model=org%2Fname');
    expect(follower).toHaveBeenCalledWith({ a: 'Two', model: 'org/name' }, { a: 'One', tab: 'rank' });
    link.update({ b: 'Three' });
    expect(place.hash).toBe('#a=Two&b=Three&model=org%2Fname');
  });

  it('keeps typed texts that it does not contain, also in the address', () => {
    place.hash = '#a=One&depth=3&query=Which%3F&list=This.%0AThat.';
    const link = new Link();
    open('#a=Two&b=Three');
    expect(link.state).toEqual({ a: 'Two', b: 'Three', query: 'Which?', list: 'This.\nThat.' });
    expect(place.hash).toBe('#a=Two&b=Three&query=Which%3F&list=This.%0AThat.');
  });

  it('is read even if the page wrote its own address before the event', () => {
    place.hash = '#a=One&model=org%2Fmissing';
    const link = new Link();
    open('#a=Two', () => link.update({ model: 'org/kept' }));
    expect(link.state).toEqual({ a: 'Two' });
    expect(place.hash).toBe('#a=Two');
  });

  it('is ignored if it is an anchor of the page', () => {
    place.hash = '#a=One';
    const link = new Link();
    const follower = vi.fn();
    link.follow(follower);
    open('#main');
    expect(follower).not.toHaveBeenCalled();
    expect(link.state).toEqual({ a: 'One' });
    expect(place.hash).toBe('#a=One');
  });
});
