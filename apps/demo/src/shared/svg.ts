/** SVG elements, and drawings that fit their container. */

const namespace = 'http://www.w3.org/2000/svg';

/** Creates an SVG element with attributes and children. */
export function shape(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: (Node | string)[]
): SVGElement {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** Minimum width in pixels of a drawing. In narrower containers it is scaled down. */
const minWidth = 200;

/**
 * Prepares a container for drawings. The returned function accepts a function from the width in CSS pixels to a drawing, which is
 * called now and whenever the width changes, so that text keeps its size.
 */
export function drawingPlace(container: HTMLElement): (draw: (width: number) => SVGElement) => void {
  let draw: ((width: number) => SVGElement) | undefined;
  let drawnAt = 0;
  const update = (): void => {
    drawnAt = container.clientWidth;
    if (draw && drawnAt > 0) container.replaceChildren(draw(Math.max(drawnAt, minWidth)));
  };
  new ResizeObserver(() => {
    if (container.clientWidth !== drawnAt) update();
  }).observe(container);
  return (next) => {
    draw = next;
    update();
  };
}
