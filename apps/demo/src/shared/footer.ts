/** The footer of the page. */
import { find } from './dom.ts';

/** Links that are shown only on sites that have their targets. */
const links = { docs: 'docs-link', bench: 'bench-link' } as const;

/**
 * Shows the links whose addresses are in `links.json`, a file of sites that serve the benchmark or the docs beside the page.
 * Requesting those pages themselves would log an error if they do not exist.
 */
export async function startFooter(): Promise<void> {
  const addresses = await readLinks();
  for (const [name, id] of Object.entries(links)) {
    const address = addresses[name];
    if (typeof address !== 'string') continue;
    const link = find(id, HTMLAnchorElement);
    link.href = address;
    // Hidden without a network: the page is cached in this browser, but the link targets are not.
    const show = (): void => void (link.hidden = !navigator.onLine);
    addEventListener('online', show);
    addEventListener('offline', show);
    show();
  }
}

/** Returns no links if there is no such file, or if the server answers every URL with its start page. */
async function readLinks(): Promise<Readonly<Record<string, unknown>>> {
  try {
    const read: unknown = await (await fetch('./links.json')).json();
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
