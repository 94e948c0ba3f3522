// The picture of docs/architecture.md: how data flows, as an SVG that is readable in light and in dark.

/** A box: the room, and what happens there. */
type Box = readonly [room: string, what: string];

interface Row {
  readonly title: string;
  readonly boxes: readonly Box[];
  /** Whether it is read from right to left. */
  readonly back?: boolean;
}

const ROWS: readonly Row[] = [
  {
    title: 'Once for a model and a size: a graph, its gradient, a program',
    boxes: [
      ['models', 'write their layers as a graph'],
      ['attacks/<kind>', 'adds the loss'],
      ['onnx-grad', 'grad, plan, lower'],
      ['runtime', 'loads the program'],
    ],
  },
  {
    title: 'For each gradient, forwards',
    boxes: [
      ['photo + change', 'at the photo’s own size'],
      ['transforms', 'random changes on its way'],
      ['view', 'as the editor sees it'],
      ['runtime', 'runs it: loss and gradient'],
    ],
  },
  {
    title: 'and backwards',
    back: true,
    boxes: [
      ['attacks: pgd', 'a step, back into the bound'],
      ['transforms', 'pull the gradient back'],
      ['view', 'pulls the gradient back'],
      ['', ''],
    ],
  },
  {
    title: 'How good it is',
    boxes: [
      ['immunized photo', 'with a record in its XMP'],
      ['purifiers', 'what is done to it first'],
      ['editing', 'an edit with a prompt'],
      ['audit, evaluate', 'metrics, features, report'],
    ],
  },
];

const [WIDTH, HEIGHT] = [184, 58];
const COLUMNS = [20, 246, 472, 698];
const TOPS = [50, 165, 265, 380];
const middle = (column: number): number => COLUMNS[column]! + WIDTH / 2;

const STYLE = `
  .page { fill: #ffffff } .box { fill: #f6f8fa; stroke: #818b98 } .arrow { stroke: #59636e; fill: none } .head { fill: #59636e }
  text { fill: #1f2328; font-size: 14px } .small { fill: #59636e; font-size: 12px } .room { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .box { fill: #151b23; stroke: #656c76 } .arrow { stroke: #9198a1 } .head { fill: #9198a1 }
    text { fill: #f0f6fc } .small { fill: #9198a1 }
  }`;

/** The SVG. */
export function architecturePicture(): string {
  // An arrow goes where the titles of the last two rows would begin.
  const lines = ROWS.flatMap((row, r) => [
    `<text class="small" x="${COLUMNS[r < 2 ? 0 : 1]}" y="${TOPS[r]! - 12}">${escaped(row.title)}</text>`,
    ...row.boxes.flatMap((box, c) => (box[0] === '' ? [] : drawBox(box, c, TOPS[r]!))),
    ...[0, 1, 2].flatMap((c) => (row.boxes[c + 1]![0] === '' ? [] : [between(c, TOPS[r]! + HEIGHT / 2, row.back)])),
  ]);
  const [once, forwards, backwards, worth] = TOPS as [number, number, number, number];
  const label =
    'How data flows: models and an attack make a program; photo, transforms and view feed it; pgd follows it';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 902 460" font-family="system-ui, sans-serif" role="img" aria-label="${label}">
<style>${STYLE}
</style>
<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
<rect class="page" width="902" height="460"/>
${lines.join('\n')}
${arrow(`M${middle(3)} ${once + HEIGHT}V${forwards - 2}`)}
${arrow(`M${middle(3)} ${forwards + HEIGHT}V${backwards + HEIGHT / 2}H${COLUMNS[2]! + WIDTH + 2}`)}
${arrow(`M${middle(0)} ${backwards}V${forwards + HEIGHT + 2}`)}
${arrow(`M${middle(0)} ${backwards + HEIGHT}V${worth - 2}`)}
</svg>
`;
}

const arrow = (path: string): string => `<path class="arrow" d="${path}" marker-end="url(#to)"/>`;

function between(column: number, y: number, back = false): string {
  const [left, right] = [COLUMNS[column]! + WIDTH, COLUMNS[column + 1]!];
  return arrow(back ? `M${right} ${y}H${left + 2}` : `M${left} ${y}H${right - 2}`);
}

const drawBox = ([room, what]: Box, column: number, top: number): string[] => [
  `<rect class="box" x="${COLUMNS[column]}" y="${top}" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
  `<text class="room" x="${middle(column)}" y="${top + 24}" text-anchor="middle">${escaped(room)}</text>`,
  `<text class="small" x="${middle(column)}" y="${top + 43}" text-anchor="middle">${escaped(what)}</text>`,
];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
