// What programs on a terminal have in common: the command (apps/cli), and those of training and bench.
export { interrupts } from './interrupts.ts';
export { jsonProgress } from './json-progress.ts';
export { liveLine } from './live-line.ts';
export { watchOutput } from './lost-output.ts';
export { deviceOption, jsonOption, seedOption, threadsOption } from './options.ts';
export { describeOutcome, type Outcome, throwUsageErrors } from './outcome.ts';
export { aboveZero, bytes, fraction, fractions, list, name, several, share, size, whole, zeroOrMore } from './parse.ts';
export { duration, type ProgressLine, progressLine, type Share } from './progress-line.ts';
export { runCommand } from './run-command.ts';
export { type Lines, print, printable, printError, printJson } from './terminal.ts';
