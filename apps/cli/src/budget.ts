// The memory that a command may use, all its processes together, and how it is written.
import { totalmem } from 'node:os';
import { PhotoGuardError } from 'photoguard/errors';
import { type PhotoHeader, photoHeader } from 'photoguard/image/node';

/** A budget. */
export interface Budget {
  readonly bytes: number;
  /** Where it comes from, for messages. */
  readonly from: string;
}

/** Default budget: this share of the machine's memory, or of the container's. */
const SHARE = 0.75;

/** What `--memory` is, in the help of every command that works on single photos. */
export const MEMORY_HELP =
  "memory limit for all processes together, such as 4GB; a photo that does not fit is refused before it is decoded; default: three quarters of the machine's memory, or of the container's";

/** Memory of the command and of the process that runs models, before any photo or program (measured on Linux). */
export const PROCESSES_BYTES = 400e6;

/** The budget of --memory, or the default. */
export function findBudget(memory: number | undefined): Budget {
  if (memory !== undefined) return { bytes: memory, from: `--memory ${sizeText(memory)}` };
  // Without a limit the system returns 0, or a number beyond any memory.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const bytes = Math.floor(SHARE * Math.min(totalmem(), limit));
  return { bytes, from: `${sizeText(bytes)}, three quarters of this machine's memory` };
}

/** The error for something that needs `bytes` in total, more than the budget. */
export const overBudget = (budget: Budget, bytes: number, what: string): PhotoGuardError =>
  new PhotoGuardError('memory', `${what} needs at least ${sizeText(bytes)} of memory`, {
    got: budget.from,
    hint: `give --memory ${sizeText(bytes)}, or a smaller --size or photo`,
    bytes,
  });

/**
 * The header of a picture that is to be decoded.
 * @param bytesPerPixel what it takes afterwards, besides decoding
 * @throws PhotoGuardError `memory` where that alone is over the budget; errors of `photoHeader`
 */
export async function readHeaderWithin(file: string, budget: Budget, bytesPerPixel = 0): Promise<PhotoHeader> {
  const header = await photoHeader(file);
  const { width, height, decodeBytes } = header;
  const bytes = PROCESSES_BYTES + decodeBytes + bytesPerPixel * width * height;
  if (bytes > budget.bytes) throw overBudget(budget, bytes, `a picture of ${width}x${height}`);
  return header;
}

/** Bytes in the format of --memory, rounded up: 640MB, 1.7GB. */
export function sizeText(bytes: number): string {
  const [unit, size] = bytes < 2 ** 30 ? ['MB', 2 ** 20] : ['GB', 2 ** 30];
  const digits = unit === 'MB' ? 1 : 100;
  return `${Math.ceil((bytes / size) * digits - 1e-9) / digits}${unit}`;
}
