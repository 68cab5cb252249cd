/** Asks before the page is left, while that would lose work. @param losesWork asked at that moment. */
export function warnBeforeLeaving(losesWork: () => boolean): void {
  addEventListener('beforeunload', (event) => {
    if (losesWork()) event.preventDefault();
  });
}
