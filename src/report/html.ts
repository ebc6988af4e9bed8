/** Text that is HTML already. Only `html` and `trusted` make it, so that text from a study is always escaped. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, lists are joined, nothing is left out. */
export type Content = string | number | Html | undefined | readonly Content[];

/** HTML from a template; every value in it is escaped unless it is `Html` itself. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Html {
  return { markup: parts.reduce((text, part, i) => text + markupOf(values[i - 1]) + part) };
}

/** Markup that was made from escaped text elsewhere, such as a chart. */
export function trusted(markup: string): Html {
  return { markup };
}

/** A text for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function markupOf(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return escapeHtml(String(content));
  return isHtml(content) ? content.markup : content.map(markupOf).join('');
}

function isHtml(content: Html | readonly Content[]): content is Html {
  return 'markup' in content;
}
