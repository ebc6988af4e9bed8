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
