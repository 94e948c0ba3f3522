// Loaded before a service (`node --import`): its clock is as far off as the file CLOCK_FILE says, in milliseconds, and jumps when
// that is written. Timers go on as they were, as they do when the clock of a machine is set.
import { readFileSync } from 'node:fs';

const file = process.env.CLOCK_FILE!;
const real = Date.now.bind(Date);
let offset = 0;

function read(): void {
  try {
    offset = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    // Not written yet.
  }
}
read();
setInterval(read, 50).unref();

const now = (): number => real() + offset;
globalThis.Date = class extends Date {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }

  static override now(): number {
    return now();
  }
} as DateConstructor;
