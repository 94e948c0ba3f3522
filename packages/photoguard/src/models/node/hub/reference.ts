// What people may write for a model: `mini`, `surrogates`, an alias, a hub id with an optional revision, a folder, or a .safetensors
// file.
import { existsSync } from 'node:fs';
import { PhotoGuardError } from '../../../errors.ts';
import { quoted } from '../../../validate/quoted.ts';
import { ALIASES } from './aliases.ts';
import { EMBEDDED, SURROGATES } from './embedded.ts';

/** A model that is embedded, on disk, or on the hub. */
export type ModelReference =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'surrogates'; readonly network?: string }
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string };

const SURROGATE = /^(surrogates)(?:\/([\w-]+))?$/;
const REFERENCE = /^([\w.-]+(?:\/[\w.-]+)?)(?:@(\w[\w./-]*))?$/;

/**
 * Reads a reference. An existing path takes precedence over a hub id of the same name; for a folder with the name
 * `mini` or an alias, write `./mini`.
 * @throws PhotoGuardError `input` for any other text
 */
export function parseReference(text: string): ModelReference {
  const [, name = '', revision = 'main'] = REFERENCE.exec(text) ?? [];
  if (text === EMBEDDED.ref) return { kind: 'embedded' };
  const [, surrogate, network] = SURROGATE.exec(text) ?? [];
  if (surrogate !== undefined) return { kind: 'surrogates', network };
  const safe = !/^\.|\.\.|\/\./.test(text);
  if (safe && Object.hasOwn(ALIASES, name)) return { kind: 'hub', id: ALIASES[name]!.id, revision };
  if (text !== '' && existsSync(text)) return { kind: 'local', path: text };
  if (safe && name.includes('/')) return { kind: 'hub', id: name, revision };
  throw new PhotoGuardError('input', `there is no model ${quoted(text)}`, {
    hint: `give a folder, a hub id such as stabilityai/sd-vae-ft-mse, or one of ${[EMBEDDED.ref, SURROGATES.ref, ...Object.keys(ALIASES)].join(', ')}`,
  });
}
