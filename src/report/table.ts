import { type Content, type Html, html } from './html.ts';

export interface Table {
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean }[];
  readonly rows: readonly (readonly Content[])[];
  /** What the table is, for those who jump to it. */
  readonly label: string;
}

/** A table that scrolls sideways where the screen is narrow; the first cell of a row names it. */
export function table({ columns, rows, label }: Table): Html {
  const kind = (i: number) => (columns[i]?.isNumber ? html` class="number"` : '');
  const cell = (content: Content, i: number) =>
    i === 0 ? html`<th scope="row"${kind(i)}>${content}</th>` : html`<td${kind(i)}>${content}</td>`;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col"${kind(i)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}
