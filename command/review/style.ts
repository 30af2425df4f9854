// How the page looks: light and dark, on a phone, at a desk, on paper.

export const COLOURS = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #5a6472; --line: #c9d1d9; --tint: #f3f5f8;
  --accent: #0b57a4; --critical: #b3261e; --bar: #4a7fb5; --hsm: #e3efe3; --key: #fdf1d8; --storage: #e2edf8; --operator: #efe6f7; --add: #1a7f37; --change: #9a6700; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --soft: #a3adb8; --line: #3d444d; --tint: #161b22; --accent: #79b8ff; --critical: #ff8b82;
    --bar: #6ea4da; --hsm: #1d3323; --key: #3a2f14; --storage: #16304a; --operator: #31234a; --add: #56d364; --change: #e3b341; }
}
`;

/** Of what is in a picture. */
export const PICTURE_STYLE = `
svg text { font: 12.5px system-ui, sans-serif; fill: var(--ink); }
svg .label { font-weight: 600; } svg .note, svg .edge-label { font-size: 11.5px; fill: var(--soft); }
svg .edge-label { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
svg .box rect { fill: var(--tint); stroke: var(--soft); stroke-width: 1; }
svg .group > rect { fill: none; stroke-dasharray: 5 4; }
svg .region > rect { stroke-dasharray: none; }
svg .hsm rect { fill: var(--hsm); } svg .key rect, svg .key-store rect { fill: var(--key); } svg .storage rect { fill: var(--storage); } svg .operator rect, svg .copies rect { fill: var(--operator); }
svg .mark-create rect { stroke: var(--add); stroke-width: 3; } svg .mark-update rect { stroke: var(--change); stroke-width: 3; }
svg .mark-delete rect, svg .mark-replace rect { stroke: var(--critical); stroke-width: 3; }
svg .edge { fill: none; stroke: var(--soft); stroke-width: 1.3; } svg .head { fill: var(--soft); }
svg .grid { stroke: var(--line); } svg .bound { stroke: var(--accent); stroke-dasharray: 4 3; stroke-width: 1.5; }
svg .bar { fill: var(--bar); } svg .bar.critical { fill: var(--critical); }
`;

export const STYLE = `${COLOURS}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
nav { position: sticky; top: 0; background: var(--paper); border-bottom: 1px solid var(--line); overflow-x: auto; z-index: 1; }
nav ul { display: flex; gap: .25rem 1.1rem; margin: 0 auto; padding: .6rem 1.25rem; list-style: none; max-width: 72rem; white-space: nowrap; font-size: .875rem; }
nav .level-2 a { font-weight: 600; }
h1 { font-size: 1.7rem; margin: 1rem 0; } h2 { font-size: 1.4rem; margin-top: 2.5rem; } h3 { font-size: 1.15rem; margin-top: 2.2rem; } h4 { font-size: 1rem; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; scroll-margin-top: 3.5rem; }
a { color: var(--accent); }
a:focus-visible, figure:focus-visible, .table:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; z-index: 2; }
code { font: .86em ui-monospace, monospace; background: var(--tint); padding: .08em .3em; border-radius: 4px; overflow-wrap: anywhere; }
li { margin: .25rem 0; overflow-wrap: anywhere; }
figure { margin: 1.2rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; padding: .5rem; }
figure svg { display: block; margin: 0 auto; max-width: 100%; min-width: 46rem; height: auto; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); min-width: 6rem; }
th { background: var(--tint); }
${PICTURE_STYLE}
@media print {
  nav, .skip { display: none; } main { max-width: none; padding: 0; } body { font-size: 11pt; }
  figure, .table { overflow: visible; border: 0; break-inside: avoid; } figure svg { min-width: 0; }
  h2, h3, h4 { break-after: avoid; } tr { break-inside: avoid; } th, td { min-width: 0; }
}
`;
