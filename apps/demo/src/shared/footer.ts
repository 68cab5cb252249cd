/** The foot of the page. */
import { find } from './dom.ts';

/** Links that are there only on sites that have what they lead to. */
const links = { docs: 'docs-link', bench: 'bench-link' } as const;

/**
 * Shows the links that `links.json` has addresses for: the site that serves benchmark or docs beside the page puts them there. Asking
 * for the pages themselves would log an error where they are not.
 */
export async function startFooter(): Promise<void> {
  const addresses = await readLinks();
  for (const [name, id] of Object.entries(links)) {
    const address = addresses[name];
    if (typeof address !== 'string') continue;
    const link = find(id, HTMLAnchorElement);
    link.href = address;
    // Without a network they lead nowhere: the page is kept in this browser, and they are not.
    const show = (): void => void (link.hidden = !navigator.onLine);
    addEventListener('online', show);
    addEventListener('offline', show);
    show();
  }
}

/** None where there is no such file, or a server answers every address with its start page. */
async function readLinks(): Promise<Readonly<Record<string, unknown>>> {
  try {
    const read: unknown = await (await fetch('./links.json')).json();
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
