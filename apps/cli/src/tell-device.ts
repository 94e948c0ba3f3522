// Warns before the work starts that it will be slow without the native runtime.
import { deviceNote } from 'photoguard/runtime/node';
import type { ProgressLine } from '#terminal';

/** Prints a note about the chosen device on standard error, if there is one, also with `--json`. */
export async function tellDevice(device: string, line: ProgressLine): Promise<void> {
  const note = await deviceNote(device);
  if (note !== undefined) line.printError(`note: ${note}`);
}
