/** Tabs as in the ARIA patterns: one is in the tab order, arrow keys move between them. */
import { find } from './dom.ts';
import type { Link } from './link-state.ts';

/**
 * Makes the tab list work, and opens the tab that the link names.
 *
 * @param onFirst functions to call when a tab is first opened, by the tab's name; called again if they failed
 */
export function startTabs(link: Link, onFirst: Readonly<Record<string, () => Promise<void>>>): void {
  const waiting = new Map(Object.entries(onFirst));
  const list = find('tabs', HTMLElement);
  const tabs = Array.from(list.querySelectorAll<HTMLButtonElement>('[role=tab]'));
  const select = (chosen: HTMLButtonElement): void => {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      find(tab.getAttribute('aria-controls') ?? '', HTMLElement).hidden = !isChosen;
    }
    const name = chosen.id.replace('tab-', '');
    link.update({ tab: name === 'compare' ? undefined : name });
    const first = waiting.get(name);
    waiting.delete(name);
    first?.().catch(() => waiting.set(name, first));
  };
  for (const tab of tabs) tab.addEventListener('click', () => select(tab));
  list.addEventListener('keydown', (event) => {
    const visible = tabs.filter(({ hidden }) => !hidden);
    const current = visible.findIndex((tab) => tab === document.activeElement);
    const target = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: visible.length - 1 }[event.key];
    const next = target === undefined ? undefined : visible.at(target % visible.length);
    if (!next) return;
    event.preventDefault();
    select(next);
    next.focus();
  });
  const open = (name: string | undefined): void => {
    const linked = tabs.find(({ id, hidden }) => id === `tab-${name}` && !hidden);
    if (linked) select(linked);
  };
  open(link.state.tab);
  link.follow(({ tab = 'compare' }) => open(tab));
}
