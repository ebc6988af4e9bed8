import type { EChartsCoreOption } from 'echarts/core';
import { type Content, type Html, html } from '../html.ts';
import { type Table, table } from '../table.ts';
import { drawChart, type Size } from './draw.ts';

export interface Figure {
  /** A word, unique in the page. */
  readonly id: string;
  /** What the picture shows with its numbers; also what screen readers say instead of it. */
  readonly caption: string;
  readonly draw: (size: Size) => EChartsCoreOption;
  /** For wide screens: 728 x 320 by default. */
  readonly wide?: Partial<Size>;
  /** For narrow screens: 348 x 290 by default. */
  readonly narrow?: Partial<Size>;
  readonly key?: readonly KeyEntry[];
  /** Colours in their order, from one value to another. */
  readonly scale?: ColorScale;
  /** The numbers behind the picture, folded away. */
  readonly data?: Table;
}

export interface ColorScale {
  readonly colors: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** What a colour means. */
export interface KeyEntry {
  readonly color: string;
  readonly label: string;
  readonly mark?: 'dot' | 'line' | 'dashes' | 'area';
}

/** A chart, drawn twice so that its letters are legible on wide and on narrow screens. */
export function figure({ id, caption, draw, wide, narrow, key, scale, data }: Figure): Html {
  const drawn = (size: Size, kind: string) =>
    drawChart({ id: `${id}-${kind}`, description: caption, option: draw(size) }, size);
  return html`<figure>
${key ? keyList(key) : ''}${scale ? scaleBar(scale) : ''}
<div class="wide">${drawn({ width: 728, height: 320, ...wide }, 'wide')}</div>
<div class="narrow">${drawn({ width: 348, height: 290, ...narrow }, 'narrow')}</div>
<figcaption>${caption}</figcaption>
${data ? details('The numbers', table(data)) : ''}
</figure>`;
}

/** A small chart, one of several side by side. */
export function smallFigure({ id, caption, draw, narrow }: Figure): Html {
  const size = { width: 348, height: 230, ...narrow };
  return html`<figure>${drawChart({ id, description: caption, option: draw(size) }, size)}
<figcaption>${caption}</figcaption></figure>`;
}

export function details(summary: string, content: Content): Html {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

export function keyList(entries: readonly KeyEntry[]): Html {
  return html`<ul class="key">${entries.map(
    ({ color, label, mark = 'dot' }) =>
      html`<li><svg width="22" height="12" aria-hidden="true">${swatch(color, mark)}</svg>${label}</li>`,
  )}</ul>`;
}

function scaleBar({ colors, from, to }: ColorScale): Html {
  const step = 15;
  const bar = colors.map(
    (color, i) => html`<rect x="${i * step}" width="${step}" height="12" fill="${color}"/>`,
  );
  const width = step * colors.length;
  return html`<p class="key">${from}<svg width="${width}" height="12" aria-hidden="true">${bar}</svg>${to}</p>`;
}

function swatch(color: string, mark: NonNullable<KeyEntry['mark']>): Html {
  if (mark === 'dot') return html`<circle cx="11" cy="6" r="4" fill="${color}"/>`;
  if (mark === 'area') return html`<rect x="2" y="1" width="18" height="10" fill="${color}"/>`;
  const dashes = mark === 'dashes' ? html` stroke-dasharray="5 4"` : '';
  return html`<path d="M1 6H21" stroke="${color}" stroke-width="2.5"${dashes}/>`;
}
