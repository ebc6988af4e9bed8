import { BoxplotChart, CustomChart, LineChart, ParallelChart } from 'echarts/charts';
import { GridComponent, ParallelComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml, type Html, trusted } from '../html.ts';

use([LineChart, BoxplotChart, CustomChart, ParallelChart, GridComponent, ParallelComponent, SVGRenderer]);

/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  /** A word, unique in the page. */
  readonly id: string;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  readonly option: EChartsCoreOption;
}

/**
 * Draws a chart as SVG that stands in the page: colours are variables of its style sheet (`colors.ts`), so that it
 * follows light and dark; no scripts, no styles of its own.
 */
export function drawChart({ id, description, option }: Drawing, { width, height }: Size): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { color: 'var(--muted)', fontSize: 12 }, ...option });
    const svg = chart.renderToSVGString().replace(/<style[\s\S]*?<\/style>/, '');
    const start = `<svg role="img" aria-label="${escapeHtml(description)}" `;
    return trusted(svg.replace(/<[^>]*>/g, (tag) => cleanTag(tag, id)).replace('<svg ', start));
  } finally {
    chart.dispose();
  }
}

/** Text between tags has no < or > of its own: a pattern for tags meets nothing else. */
function cleanTag(tag: string, id: string): string {
  return tag
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xmlns:xlink|xmlns|version|baseProfile)="[^"]*"/g, '')
    .replace(/zr\d+-/g, `${id}-`)
    .replace(/ style="([^"]*)"/, (_, style: string) => attributes(style));
}

/** A security policy without inline styles allows the same properties as attributes. */
function attributes(style: string): string {
  return style
    .split(';')
    .map((property) => property.split(':') as [string, string?])
    .filter(([name, value]) => value !== undefined && name !== 'font-family')
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}
