/**
 * The style sheet. Colours of marks are told apart by people with any colour vision (after Okabe and Ito); values run
 * along viridis, counts along one hue from the page's colour on. Text has a contrast of at least 4.5 (WCAG AA).
 */
const light = `
--paper:#fdfdfb;--surface:#fff;--ink:#1b1f24;--muted:#596069;--grid:#e4e6e3;--rule:#d4d7d2;--wash:#f3f4f0;
--link:#0b5c8f;--crowd:#5b7f9d;--pruned:#a9b0b7;--trend:#0b5c8f;--best:#c2480a;--second:#8a5a00;
--density-0:#e3ecf3;--density-1:#cbdce9;--density-2:#aec9dd;--density-3:#8fb4cf;--density-4:#6d9bbd;--density-5:#4b81a8;
--density-6:#2e678f;--density-7:#174c72;`;
const dark = `
--paper:#14171b;--surface:#14171b;--ink:#e9ebee;--muted:#a3abb5;--grid:#2a2f36;--rule:#343a42;--wash:#1c2026;
--link:#7cc0ee;--crowd:#6f9dc2;--pruned:#5c646e;--trend:#7cc0ee;--best:#ff9d5c;--second:#e5b94e;
--density-0:#1d2c39;--density-1:#24394b;--density-2:#2c4a62;--density-3:#375e7c;--density-4:#477699;--density-5:#5d92b8;
--density-6:#82b2d4;--density-7:#b5d7ee;`;
const values = `
--dots:#fff;--dots-edge:#000;--value-0:#fde725;--value-1:#a0da39;--value-2:#4ac16d;--value-3:#1fa187;--value-4:#277f8e;--value-5:#365c8d;
--value-6:#46327e;--value-7:#440154;`;

export const pageStyle = `
:root{color-scheme:light dark;${light}${values}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
main,header,footer{max-width:776px;margin:0 auto;padding:0 24px}
header{padding-top:64px}
footer{padding-top:24px;padding-bottom:64px;color:var(--muted);font-size:14px}
h1{font-size:40px;line-height:1.15;letter-spacing:-.02em;margin:0 0 20px;font-weight:700}
h2{font-size:24px;line-height:1.25;letter-spacing:-.01em;margin:72px 0 8px;font-weight:650}
h3{font-size:16px;margin:32px 0 4px;font-weight:650}
p{margin:8px 0;max-width:66ch}
a{color:var(--link);text-underline-offset:3px}
.kind{color:var(--muted);font-size:14px;margin:0 0 8px}
.verdict{font-size:21px;line-height:1.45;margin:0 0 28px;max-width:60ch;text-wrap:pretty}
.verdict strong{color:var(--best);font-weight:650}
.aside{color:var(--muted)}
.note{border-left:3px solid var(--second);padding:2px 0 2px 16px;margin:20px 0}
nav{margin-top:36px;font-size:14px}
nav li{min-width:0;overflow-wrap:anywhere}
nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px}
.tallies{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:20px 24px;margin:0;padding:20px 0;
border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.tallies div{display:flex;flex-direction:column-reverse}
.tallies dt{color:var(--muted);font-size:14px}
.tallies dd{margin:0;font-size:26px;line-height:1.2;font-weight:600;letter-spacing:-.01em}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 24px;margin:24px 0 0;font-size:15px}
.facts dt{color:var(--muted)}
.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
figure{margin:20px 0 0}
figure svg{display:block;max-width:100%;height:auto;font-family:inherit}
figcaption{color:var(--muted);font-size:14px;line-height:1.5;margin-top:10px;max-width:76ch}
.narrow{display:none}
.slices{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:8px 32px}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:12px 0 10px;padding:0;font-size:14px;color:var(--muted)}
.key li{min-width:0;overflow-wrap:anywhere;display:flex;align-items:center;gap:8px}
.key svg{flex:none}
.steps dt{color:var(--muted);font-size:14px;margin-top:12px}
.steps dd{margin:0}
.scroll{overflow-x:auto;margin:12px 0}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:3px}
table{border-collapse:collapse;font-size:14px;line-height:1.45;min-width:100%}
th,td{text-align:left;padding:7px 20px 7px 0;border-bottom:1px solid var(--grid);vertical-align:top;font-weight:400}
thead th{color:var(--muted);border-bottom-color:var(--rule);white-space:nowrap}
tr>:last-child{padding-right:0}
.number{text-align:right;white-space:nowrap}
td:last-child:not(.number){min-width:220px}
tbody th{font-weight:600;white-space:nowrap}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:0 48px;align-items:start}
details{margin:14px 0 0;font-size:14px}
summary{cursor:pointer;color:var(--link);width:fit-content}
pre{background:var(--wash);padding:14px 16px;overflow-x:auto;border-radius:6px;margin:10px 0;
font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
@media (max-width:720px){
header{padding-top:32px}
main,header,footer{padding-left:16px;padding-right:16px}
h1{font-size:30px}
h2{margin-top:52px}
.verdict{font-size:18px}
.wide{display:none}
.narrow{display:block}
.facts{grid-template-columns:1fr;gap:0}
.facts dd{margin-bottom:10px}
}
@media print{
:root{color-scheme:light;${light}}
body{font-size:11pt;background:#fff}
nav,details:not([open]){display:none}
h2{margin-top:28pt;break-after:avoid}
figure,tr,.tallies{break-inside:avoid}
.wide{display:block}
.narrow{display:none}
.scroll{overflow:visible}
}
`;
