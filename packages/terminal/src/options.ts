// Options that several commands have, and that mean the same in each.
import { Option } from 'commander';
import { whole } from './parse.ts';

/** `--seed`, a number of 32 bits, 0 by default. @param of what it is the seed of: `all noise` */
export const seedOption = (of: string): Option =>
  new Option('--seed <n>', `seed of ${of}`).argParser(whole(0)).default(0);

/** `--device`, `auto` by default. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'where to compute')
    .choices(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'wasm'])
    .default('auto');

/** `--threads`, 2 by default. */
export const threadsOption = (): Option =>
  new Option('--threads <n>', 'threads of an operator').argParser(whole(1, 1024)).default(2);

/** `--json`. @param about what is printed as JSON */
export const jsonOption = (about: string): Option => new Option('--json', about).default(false);
