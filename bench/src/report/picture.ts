/** A plot as a picture to share, with its title, legend, and the machine it was measured on. */
import type { Report } from './report.ts';

/** What is written around a plot. */
export interface PictureText {
  readonly title: string;
  readonly report: Report;
}

const ink = '#1d232b';
const quiet = '#57606a';
const margin = 24;

/** @param plot drawn by Observable Plot, without its own legend. @returns a whole SVG file */
export function pictureOf(plot: Element, { title, report: { machine, browser, date } }: PictureText): string {
  const width = Number(plot.getAttribute('width'));
  const height = Number(plot.getAttribute('height'));
  const entries = legendOf(plot);
  const rows = entries.map(({ name, color }, index) => {
    const y = 76 + 20 * index;
    return `<rect x="${margin}" y="${y - 10}" width="12" height="12" rx="2" fill="${escapeText(color)}"/>
<text x="${margin + 20}" y="${y}" font-size="13">${escapeText(name)}</text>`;
  });
  const top = 76 + 20 * entries.length;
  const [wide, tall] = [width + 2 * margin, top + height + 48];
  const where = [machine.cpu === 'unknown' ? machine.os : machine.cpu, `${machine.cores} cores`, browser].join(' · ');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${tall}" viewBox="0 0 ${wide} ${tall}" color="${ink}" fill="${ink}" font-family="system-ui, sans-serif">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${margin}" y="36" font-size="20" font-weight="600">${escapeText(title)}</text>
<text x="${margin}" y="56" font-size="13" fill="${quiet}">albert-web bench, ${date.slice(0, 10)}</text>
${rows.join('\n')}
<g transform="translate(${margin} ${top})">${plot.outerHTML.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')}</g>
<text x="${margin}" y="${tall - 20}" font-size="11" fill="${quiet}">${escapeText(where.slice(0, 130))}</text>
</svg>`;
}

/** Returns names and colors for the legend; none if the plot labels its marks itself. */
function legendOf(plot: Element): { readonly name: string; readonly color: string }[] {
  const { scale } = plot as Element & {
    readonly scale?: (name: string) => { readonly domain: readonly string[]; readonly range: readonly string[] };
  };
  const { domain = [], range = [] } = scale?.('color') ?? {};
  return domain.map((name, index) => ({ name, color: range[index % range.length] ?? ink }));
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
