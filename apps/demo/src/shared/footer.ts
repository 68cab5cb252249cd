/** The foot of the page. */
import { find } from './dom.ts';

/** Shows the way to the benchmark page where there is one. Asked for when the foot is first seen: most never look. */
export function startFooter(): void {
  const bench = find('bench-link', HTMLAnchorElement);
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    void isServed(bench.href).then((served) => (bench.hidden = !served));
  });
  observer.observe(find('footer', HTMLElement));
}

/** Some servers answer every address with their start page: the name of the page tells. */
async function isServed(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    return response.ok && (await response.text()).includes('<title>albert-web bench</title>');
  } catch {
    // Without a network.
    return false;
  }
}
