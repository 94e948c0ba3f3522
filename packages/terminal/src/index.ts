// What programs on a terminal have in common: the command (apps/cli), and those of training and bench.
export { interrupts } from './interrupts.ts';
export { bytes, fraction, fractions, list, name, several, share, whole, zeroOrMore } from './parse.ts';
export { duration, type ProgressLine, progressLine, type Share } from './progress-line.ts';
export { COMMANDER_OUTPUT, type Lines, print, printable, printError, printJson } from './terminal.ts';
