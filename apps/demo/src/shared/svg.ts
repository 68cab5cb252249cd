/** Elements of drawings, and drawings that fit their place. */

const namespace = 'http://www.w3.org/2000/svg';

/** An SVG element with attributes and children. */
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

/** Pixels below which a drawing is made smaller instead of narrower. */
const minWidth = 200;

/**
 * A place for drawings: give it a function from the width in CSS pixels to a drawing, which is called now and whenever the
 * width changes, so that text keeps its size.
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
