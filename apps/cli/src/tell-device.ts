// Says before the computing starts when it will be slow for want of the native runtime.
import { deviceNote } from 'photoguard/runtime/node';
import type { ProgressLine } from './progress-line.ts';

/** Tells on stderr, also beside `--json`, what there is to tell of the device that was chosen. */
export async function tellDevice(device: string, line: ProgressLine): Promise<void> {
  const note = await deviceNote(device);
  if (note !== undefined) line.printError(`note: ${note}`);
}
