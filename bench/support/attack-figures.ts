// What the bench of attacks has measured so far: a line of JSON for each attack on each photo, and for each attack's speed.
// Speeds are kept, too, since equal time is made of them: a bench that is resumed makes as many gradients as before.
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { number, object, oneOf, validateJson, whole } from 'photoguard/validate';
import * as z from 'zod/mini';

const seconds = () => number(0, Number.MAX_VALUE);
const FIGURE = object({
  /** The photo's number. */
  photo: whole(0, 1e6),
  /** Bound of the change, in levels of 255. */
  eps: whole(1, 255),
  arm: z.string('a text'),
  mode: oneOf('gradients', 'time'),
  gradients: whole(0, 1e6),
  seconds: seconds(),
  /** Similarity of edits to those of the clean photo. */
  ssim: number(-1, 1),
});
const SPEED = object({ speed: z.string('a text'), secondsPerGradient: seconds() });
const LINE = z.union([SPEED, FIGURE], 'a figure, or a speed');

/** One attack on one photo. */
export type Figure = Readonly<z.output<typeof FIGURE>>;

/** What a file holds. */
export interface AttackFigures {
  readonly figures: readonly Figure[];
  /** Seconds per gradient, by attack. */
  readonly speeds: ReadonlyMap<string, number>;
  addFigure(figure: Figure): void;
  addSpeed(attack: string, secondsPerGradient: number): void;
}

/** Opens a file of figures, new or not. @throws PhotoGuardError `input` for a line that does not fit, with its number */
export function openFigures(path: string): AttackFigures {
  appendFileSync(path, '');
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n').slice(0, -1);
  const figures: Figure[] = [];
  const speeds = new Map<string, number>();
  for (const [i, line] of lines.entries()) {
    const found = validateJson(LINE, line, { label: `${path}: line ${i + 1}`, code: 'input' });
    if ('speed' in found) speeds.set(found.speed, found.secondsPerGradient);
    else figures.push(found);
  }
  // A line that was cut short is dropped, and measured again.
  truncateSync(path, Buffer.byteLength(lines.map((line) => `${line}\n`).join('')));
  const append = (line: z.output<typeof LINE>): void => appendFileSync(path, `${JSON.stringify(line)}\n`);
  return {
    figures,
    speeds,
    addFigure: (figure) => {
      figures.push(figure);
      append(figure);
    },
    addSpeed: (speed, secondsPerGradient) => {
      speeds.set(speed, secondsPerGradient);
      append({ speed, secondsPerGradient });
    },
  };
}
