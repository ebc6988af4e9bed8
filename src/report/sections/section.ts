import { type Content, type Html, html } from '../html.ts';

export interface Section {
  /** The anchor's name. */
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

export function sectionHtml({ id, title, content }: Section): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>
`;
}
