/** Asks for confirmation before the page is left, if that would lose work. @param losesWork called at that moment */
export function warnBeforeLeaving(losesWork: () => boolean): void {
  addEventListener('beforeunload', (event) => {
    if (losesWork()) event.preventDefault();
  });
}
