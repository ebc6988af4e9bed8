/** An element of an SVG file as text. Numbers are cut to hundredths, and children that are plain text must be escaped. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly string[]
): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeValue(value)}"`);
  const open = `<${name}${list.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

/** A whole file: a page of its own style, named and described for those who do not see it. */
export function figure(
  { id, title, description, width, height, style }: Figure,
  ...children: readonly string[]
): string {
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-description`,
    },
    element('title', { id: `${id}-title` }, escaped(title)),
    element('desc', { id: `${id}-description` }, escaped(description)),
    element('style', {}, style),
    element('rect', { class: 'page', width, height, rx: 10 }),
    ...children,
  )}\n`;
}

/** What a figure is, beside what is in it. */
export interface Figure {
  /** Begins the ids of its title and description. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** CSS; the page is of class `page`. */
  readonly style: string;
}

/** Text as the content of an element. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attributeValue(value: string | number): string {
  return typeof value === 'number' ? `${hundredths(value)}` : escaped(value).replaceAll('"', '&quot;');
}

function hundredths(value: number): number {
  return Math.round(100 * value) / 100;
}
