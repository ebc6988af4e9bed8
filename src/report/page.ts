import { sha256 } from '@noble/hashes/sha2.js';
import { type Content, escapeHtml, html, trusted } from './html.ts';
import { pageStyle } from './page-style.ts';

/** A whole document: nothing is loaded, nothing runs, and the policy allows no style but its own. */
export function page(title: string, content: Content): string {
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
