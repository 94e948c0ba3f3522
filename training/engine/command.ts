// What the commands of this folder share: their options, a stop on Ctrl-C, and the line that says how far they are.
import { parseArgs } from 'node:util';

/** Options with their defaults; one that is empty must be given. */
export function optionsOf<T extends Readonly<Record<string, string>>>(defaults: T): Record<keyof T, string> {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string' as const, default: value }]),
  );
  const { values } = parseArgs({ options });
  const missing = Object.keys(defaults).filter((name) => values[name] === '');
  if (missing.length > 0) {
    const usage = Object.entries(defaults).map(([name, value]) => `--${name} ${value || '<folder>'}`);
    console.error(`needed: ${missing.map((name) => `--${name}`).join(', ')}\nusage: ${usage.join(' ')}`);
    process.exit(2);
  }
  return values as Record<keyof T, string>;
}

/** A signal that fires on the first Ctrl-C, after which the step under way is finished and saved; the second ends. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      console.error('stopping after this step; again to stop at once');
      controller.abort();
    });
  return controller.signal;
}

/** A line of the log for people, with the time that is left. */
export function lineOf(line: Readonly<Record<string, number>>, secondsLeft: number): string {
  const figures = Object.entries(line).map(([name, value]) => `${name} ${value}`);
  return `${figures.join('  ')}  ${Math.ceil(secondsLeft / 60)} min left`;
}
