// The style of report pages: light or dark like the reader's system, with the contrast required by WCAG AA. Plots use
// the same variables for their colours, so that they change too.

/** Number of colours of series in plots before they repeat. */
export const SERIES = 8;

/** The colour of series `i`, from 0, as CSS. */
export const seriesColour = (i: number): string => `var(--series-${(i % SERIES) + 1})`;

// From Okabe and Ito (2008): distinguishable with every kind of colour vision. The first is grey, for controls.
const LIGHT = ['#6b6b6b', '#0072b2', '#c04a00', '#00785a', '#a8528a', '#8a6d00', '#2d6fa8', '#5a4a9c'];
const DARK = ['#b0b0b0', '#56b4e9', '#ff8a3d', '#2fc79a', '#e58cc4', '#e6c229', '#8fc7f0', '#b3a4f0'];

const variables = (colours: readonly string[]): string => colours.map((c, i) => `--series-${i + 1}:${c}`).join(';');

/** The style sheet, for inside a style element. */
export const STYLE = `
:root { color-scheme: light dark; --paper:#fff; --ink:#1b1b1b; --faint:#595959; --line:#d4d4d4; --shade:#f4f4f2; ${variables(LIGHT)} }
@media (prefers-color-scheme: dark) {
  :root { --paper:#16181a; --ink:#ececec; --faint:#a9adb1; --line:#3c4043; --shade:#202326; ${variables(DARK)} }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1.25rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem }
p, li, dd { max-width: 46rem }
a { color: inherit }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0 }
.skip { position: absolute; left: -99rem }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; margin: .75rem 0 1.25rem; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--faint); padding-bottom: .35rem; max-width: 46rem }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
thead th { border-bottom: 2px solid var(--line); white-space: nowrap }
.number { text-align: right; white-space: nowrap }
.pictures td, .pictures th { border: 0; padding: 0 .5rem .5rem 0; font-weight: normal }
.pictures thead th { color: var(--faint); white-space: normal; vertical-align: bottom }
.pictures tbody th { min-width: 7rem; max-width: 9rem; overflow-wrap: break-word }
img { display: block; max-width: 100%; height: auto }
.pictures img { max-width: none }
figure { margin: .75rem 0 1.5rem }
figcaption { color: var(--faint); max-width: 46rem }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0 2rem }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; padding: 0; margin: .25rem 0 0; font-size: .85rem }
.legend svg { vertical-align: -.1em; margin-right: .35rem }
pre { background: var(--shade); padding: .75rem 1rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
code { overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem }
dt { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
footer { color: var(--faint); font-size: .85rem; margin-top: 3rem; padding-bottom: 2rem }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .4rem } }
@media print { nav { display: none } body { font-size: 11px } }
`;
