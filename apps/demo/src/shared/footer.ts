/** The foot of the page. */
import { find } from './dom.ts';

/** What may be served beside the page: the id of the link, and a text of the page behind it. */
const neighbors = {
  'bench-link': '<title>albert-web bench</title>',
  'docs-link': '<title>albert-web</title>',
} as const;

/** Shows the links to the benchmark and the docs where they are served. Checked when the footer is first seen: most never look. */
export function startFooter(): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    for (const [id, text] of Object.entries(neighbors)) {
      const link = find(id, HTMLAnchorElement);
      void isServed(link.href, text).then((served) => (link.hidden = !served));
    }
  });
  observer.observe(find('footer', HTMLElement));
}

/** Some servers answer every address with their start page: the title tells. */
async function isServed(url: string, text: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    return response.ok && (await response.text()).includes(text);
  } catch {
    // Without a network.
    return false;
  }
}
