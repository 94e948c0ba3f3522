// The log: a line of JSON an event on standard error. Never bytes of photos, options or prompts.
import { printError } from '@photoguard/terminal';

/** Writes an event with some facts. */
export type Log = (event: string, facts?: Readonly<Record<string, string | number | boolean | undefined>>) => void;

/** The log of a process. */
export const log: Log = (event, facts = {}) =>
  printError(JSON.stringify({ at: new Date().toISOString(), event, ...facts }));
