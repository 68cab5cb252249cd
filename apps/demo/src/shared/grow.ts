/** Makes a text box as high as its text, where the browser does not know the style `field-sizing: content`. */
export function growWithText(box: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  const fit = (): void => {
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  };
  box.addEventListener('input', fit);
  // Told once when it is laid out, and again when its column changes.
  new ResizeObserver(fit).observe(box);
}
