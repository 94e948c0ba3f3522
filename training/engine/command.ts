// What the two trainings' commands share: options of which all have a default but folders, and their help.
import { parseArgs } from 'node:util';
import { PhotoGuardError } from 'photoguard/errors';

/** An option: what it is, and its default; without one it must be given. */
export type CommandOption = readonly [about: string, fallback?: string];

/** Reads options; undefined where help was asked for, which is then printed. @throws PhotoGuardError `usage` */
export function readOptions<Name extends string>(
  about: string,
  options: Readonly<Record<Name, CommandOption>>,
): Record<Name, string> | undefined {
  const entries = Object.entries(options) as [Name, CommandOption][];
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(entries.map(([name]) => [name, { type: 'string' as const }])),
      help: { type: 'boolean' as const, short: 'h' },
    },
  }) as { values: Record<string, string | boolean | undefined> };
  if (values.help) {
    const lines = entries.map(([name, [what, fallback]]) => {
      const shown = fallback === undefined ? what : `${what} (default ${fallback})`;
      return `  --${name.padEnd(10)} ${shown}`;
    });
    console.log([about, '', ...lines].join('\n'));
    return undefined;
  }
  const read = entries.map(([name, [what, fallback]]) => {
    const value = values[name] ?? fallback;
    if (value === undefined)
      throw new PhotoGuardError('usage', `--${name} is needed: ${what}`, { hint: '--help shows how to use it' });
    return [name, String(value)] as const;
  });
  return Object.fromEntries(read) as Record<Name, string>;
}

/** A number above 0 of the command line. @throws PhotoGuardError `usage` */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new PhotoGuardError('usage', `--${name} must be a number above 0`, { got: text });
}
