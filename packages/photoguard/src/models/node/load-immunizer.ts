// Loads an immunizer from its folder: the embedded one, or one that was trained.
import { join } from 'node:path';
import { Immunizer } from '../immunizer/immunizer.ts';
import { parseImmunizerConfig } from '../immunizer/immunizer-config.ts';
import { immunizerFolder } from './hub/embedded.ts';
import { readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { findWeightFile } from './weight-files.ts';

/**
 * Reads the configuration and the header of the weights. @param folder default: the embedded immunizer's
 * @throws PhotoGuardError `not-found` if it is not installed, `config` or `checkpoint` for damaged files
 */
export async function loadImmunizer(folder = immunizerFolder()): Promise<Immunizer> {
  const config = parseImmunizerConfig(await readJson(join(folder, 'config.json')));
  return new Immunizer(config, await openCheckpoint(await findWeightFile(folder)));
}
