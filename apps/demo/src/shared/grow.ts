/** Makes a text box as high as its text if the browser does not support `field-sizing: content`. */
export function growWithText(box: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  const fit = (): void => {
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  };
  box.addEventListener('input', fit);
  // Called once when the box is laid out, and again when its width changes.
  new ResizeObserver(fit).observe(box);
}
