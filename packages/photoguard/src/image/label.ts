/*
 * Lettering for pictures that people look at, drawn as strokes. SVG text needs fonts, and a server in a container often
 * has none, or different ones from the next machine; these letters are the same everywhere. Lower case, digits and a
 * little punctuation on a grid: baseline at 7, x-height 4, ascenders 7, width mostly 4.
 */

const BOWL = 'M0 5a2 2 0 1 0 4 0a2 2 0 1 0-4 0';
const ARCH = 'M0 5Q0 3 2 3T4 5V7';

/** Width and path of each character. */
const GLYPHS: Readonly<Record<string, readonly [number, string]>> = {
  a: [4, `${BOWL}M4 3V7`],
  b: [4, `${BOWL}M0 0V7`],
  c: [3.6, 'M3.5 3.7A2 2 0 1 0 3.5 6.3'],
  d: [4, `${BOWL}M4 0V7`],
  e: [4, 'M.1 5H4A2 2 0 1 0 3.4 6.4'],
  f: [2.6, 'M3 .1Q1.2-.3 1.2 2V7M0 3H2.8'],
  g: [4, `${BOWL}M4 3V7.5Q4 9.3 2 9.3Q.8 9.3.3 8.7`],
  h: [4, `M0 0V7${ARCH}`],
  i: [0.6, 'M.3 3V7M.3.9V1'],
  j: [1.6, 'M1.3 3V8Q1.3 9.3 0 9.3M1.3.9V1'],
  k: [3.6, 'M0 0V7M3.4 3L0 5.6M1.4 4.6L3.6 7'],
  l: [1, 'M.3 0V6Q.3 7 1.2 7'],
  m: [6, 'M0 3V7M0 5Q0 3 1.5 3T3 5V7M3 5Q3 3 4.5 3T6 5V7'],
  n: [4, `M0 3V7${ARCH}`],
  o: [4, BOWL],
  p: [4, `${BOWL}M0 3V9.5`],
  q: [4, `${BOWL}M4 3V9.5`],
  r: [2.4, 'M0 3V7M0 5Q0 3 2.4 3.1'],
  s: [3.6, 'M3.4 3.6Q3 3 1.9 3Q.4 3 .4 4Q.4 4.9 1.9 5Q3.6 5.1 3.6 6Q3.6 7 1.9 7Q.6 7 .1 6.3'],
  t: [2.6, 'M1.1 1V5.5Q1.1 7 2.8 6.9M0 3H2.8'],
  u: [4, 'M0 3V5Q0 7 2 7T4 5M4 3V7'],
  v: [4, 'M0 3L2 7L4 3'],
  w: [6, 'M0 3L1.5 7L3 3.5L4.5 7L6 3'],
  x: [3.6, 'M0 3L3.6 7M3.6 3L0 7'],
  y: [4, 'M0 3L2 7M4 3L1.6 8.5Q1.2 9.4.2 9.3'],
  z: [3.6, 'M0 3H3.6L0 7H3.6'],
  '0': [4, 'M2 0Q4 0 4 3.5T2 7Q0 7 0 3.5T2 0'],
  '1': [2.6, 'M.5 1.4L2 0V7'],
  '2': [4, 'M.2 1.8Q.5 0 2.1 0Q4 0 4 1.9Q4 3 0 7H4'],
  '3': [4, 'M.2 1Q.8 0 2 0Q3.8 0 3.8 1.7Q3.8 3.3 2 3.3Q4 3.3 4 5.1Q4 7 2 7Q.6 7 0 5.8'],
  '4': [4, 'M3 7V0L0 5H4'],
  '5': [4, 'M3.7 0H.6L.3 3Q1 2.6 2 2.6Q4 2.6 4 4.7Q4 7 2 7Q.6 7 0 6'],
  '6': [4, 'M3.4.5Q0 .6 0 4.7Q0 7 2 7T4 4.9T2 2.9Q.6 2.9.1 4.4'],
  '7': [4, 'M0 0H4L1.4 7'],
  '8': [4, 'M2 3.2Q.3 3.2.3 1.6T2 0T3.7 1.6T2 3.2Q0 3.2 0 5.1T2 7T4 5.1T2 3.2'],
  '9': [4, 'M3.9 2.6Q3.4 4.1 2 4.1Q0 4.1 0 2.1T2 0T4 2.3Q4 6.4.6 6.5'],
  '(': [1.6, 'M1.8-.5Q-.4 3.5 1.8 8'],
  ')': [1.6, 'M0-.5Q2.2 3.5 0 8'],
  '.': [0.6, 'M.3 6.9V7'],
  ',': [0.8, 'M.6 6.9L.2 8.2'],
  ':': [0.6, 'M.3 3.6V3.7M.3 6.9V7'],
  '-': [3, 'M.2 4.8H2.8'],
  '+': [4, 'M.2 4.8H3.8M2 3V6.6'],
  '/': [2.6, 'M2.6-.5L0 8'],
  '=': [4, 'M.2 3.9H3.8M.2 5.6H3.8'],
  ' ': [2, ''],
};

const GAP = 1.6;

/**
 * A line of text as an SVG group with its upper left corner at (x, y), letters `height` pixels tall from ascender to
 * baseline. Upper case becomes lower case; unknown characters become spaces.
 */
export function label(line: string, x: number, y: number, height: number, colour = '#333'): string {
  const scale = height / 7;
  let at = 0;
  let paths = '';
  for (const character of line.toLowerCase()) {
    const [width, path] = GLYPHS[character] ?? GLYPHS[' ']!;
    if (path !== '') paths += `<path transform="translate(${at.toFixed(2)} 0)" d="${path}"/>`;
    at += width + GAP;
  }
  const style = `fill="none" stroke="${colour}" stroke-width="0.85" stroke-linecap="round" stroke-linejoin="round"`;
  return `<g transform="translate(${x} ${y}) scale(${scale.toFixed(4)})" ${style}>${paths}</g>`;
}
