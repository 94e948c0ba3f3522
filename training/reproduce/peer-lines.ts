// What peer.py prints: a line with the loss of each step, then one with the losses of validation.
import { PhotoGuardError } from 'photoguard/errors';
import { object, validateJson } from 'photoguard/validate';
import * as z from 'zod/mini';

/** What was measured in PyTorch. */
export interface PeerFigures {
  /** The loss of each step. */
  readonly losses: readonly number[];
  /** Losses by name, such as `validation_hole`. */
  readonly validation: Readonly<Record<string, number>>;
}

const STEP = object({ loss: z.number('a number') });
const VALIDATION = z.record(z.string(), z.number('a number'), 'a JSON object');

/**
 * Reads what it printed; lines that are not JSON objects are ignored.
 * @throws PhotoGuardError `input` for another number of steps, or a loss that is not a number
 */
export function readPeerFigures(printed: string, steps: number): PeerFigures {
  const lines = printed.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length !== steps + 1)
    throw new PhotoGuardError('input', `peer.py: ${steps} steps and the validation are needed`, {
      got: `${lines.length} lines`,
    });
  const source = (line: number) => ({ label: `peer.py: line ${line + 1}`, code: 'input' }) as const;
  return {
    losses: lines.slice(0, -1).map((line, i) => validateJson(STEP, line, source(i)).loss),
    validation: validateJson(VALIDATION, lines.at(-1)!, source(steps)),
  };
}
