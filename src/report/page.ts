import { sha256 } from '@noble/hashes/sha2.js';
import { type Content, escapeHtml, html, trusted } from './html.ts';
import { pageStyle } from './page-style.ts';
import { type Section, sectionHtml } from './sections/section.ts';

interface ReportParts {
  readonly title: string;
  readonly head: Content;
  /** Those that have nothing to show are undefined. */
  readonly sections: readonly (Section | undefined)[];
  /** What stands behind the sections, without a place in the contents. */
  readonly appendix?: Content;
  /** Of Shoal, whose work the report shows. */
  readonly version: string;
}

/** A report as a whole document: its head, its contents as links, and its sections. */
export function reportPage({ title, head, sections, appendix, version }: ReportParts): string {
  const shown = sections.filter((section) => section !== undefined);
  const links = shown.map((section) => html`<li><a href="#${section.id}">${section.title}</a></li>`);
  return page(
    title,
    html`<header>
${head}
<nav aria-label="Contents"><ul>${links}</ul></nav>
</header>
<main>
${shown.map(sectionHtml)}
${appendix}
</main>
<footer>Shoal ${version}. This page holds all that it shows; it loads and runs nothing.</footer>`,
  );
}

/** A whole document: nothing is loaded, nothing runs, and the policy allows no style but its own. */
function page(title: string, content: Content): string {
  const digest = btoa(String.fromCharCode(...sha256(new TextEncoder().encode(pageStyle))));
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${trusted(`<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">`)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
${content}
</body>
</html>
`.markup;
}
