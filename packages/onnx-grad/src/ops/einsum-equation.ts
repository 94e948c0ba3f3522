// Reading Einsum equations: 'bij,bjk->bik', with or without spaces, '...' and the part after the arrow.
import { GraphError } from '../graph/error.ts';
import type { Shape } from '../graph/shape.ts';

/** An equation with one letter per axis. */
export interface Equation {
  /** Labels of each operand's axes; a repeated one selects the diagonal. */
  readonly operands: readonly string[];
  /** Labels of the output's axes. */
  readonly output: string;
  /** Size of each label's axis. */
  readonly sizes: ReadonlyMap<string, number>;
}

// '...' stands for axes that are labelled from the right with letters not used in equations.
const ELLIPSIS_LABELS = 'zyxwvuts'.split('').map((letter) => letter.charCodeAt(0) + 0x2100);

/** Reads an equation for operands of given shapes. @throws GraphError if they do not match */
export function parseEquation(text: string, shapes: readonly Shape[]): Equation {
  const [left, right] = text.replaceAll(' ', '').split('->') as [string, string | undefined];
  const terms = left.split(',');
  if (terms.length !== shapes.length)
    throw new GraphError('attribute', `equation ${text} has ${terms.length} terms for ${shapes.length} operands`);
  let widest = 0;
  const operands = terms.map((term, k) => {
    const hidden = shapes[k]!.length - term.replace('...', '').length;
    if (hidden < 0 || (hidden > 0 && !term.includes('...')))
      throw new GraphError('shape', `term ${term} of ${text} does not fit [${shapes[k]}]`);
    widest = Math.max(widest, hidden);
    return term.replace('...', ellipsis(hidden));
  });
  const sizes = new Map<string, number>();
  operands.forEach((labels, k) => {
    [...labels].forEach((label, i) => {
      const size = shapes[k]![i]!;
      if ((sizes.get(label) ?? size) !== size)
        throw new GraphError('shape', `equation ${text}: an axis is both ${sizes.get(label)} and ${size}`);
      sizes.set(label, size);
    });
  });
  const output = right === undefined ? implicitOutput(operands, widest) : right.replace('...', ellipsis(widest));
  if (new Set(output).size !== output.length)
    throw new GraphError('attribute', `equation ${text}: a label occurs twice in the output`);
  for (const label of output)
    if (!sizes.has(label))
      throw new GraphError('attribute', `equation ${text}: output label ${label} is in no operand`);
  return { operands, output, sizes };
}

const ellipsis = (count: number): string =>
  ELLIPSIS_LABELS.slice(0, count)
    .reverse()
    .map((code) => String.fromCharCode(code))
    .join('');

// Without an arrow: the ellipsis, then the labels that occur once, in alphabetical order.
function implicitOutput(operands: readonly string[], widest: number): string {
  const hidden = ellipsis(widest);
  const all = operands.join('');
  const once = [...new Set(all)].filter((label) => !hidden.includes(label) && all.split(label).length === 2);
  return hidden + once.sort().join('');
}
