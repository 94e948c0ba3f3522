// What people may write for a model: an alias, a hub id with an optional revision, a folder, or a .safetensors file.
import { existsSync } from 'node:fs';
import { PhotoGuardError } from '../../errors.ts';
import { ALIASES } from './aliases.ts';

/** A model on disk or on the hub. */
export type ModelReference =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string };

const HUB_ID = /^([\w.-]+\/[\w.-]+)(?:@([\w./-]+))?$/;

/**
 * Reads a reference. A path that exists goes before a hub id of the same name.
 * @throws PhotoGuardError `input` for text that is neither
 */
export function parseReference(text: string): ModelReference {
  const [name, revision = 'main'] = text.split('@') as [string, string?];
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (alias) return { kind: 'hub', id: alias.id, revision };
  if (existsSync(text)) return { kind: 'local', path: text };
  const match = HUB_ID.exec(text);
  if (match && !/^\.|\.\./.test(text)) return { kind: 'hub', id: match[1]!, revision: match[2] ?? 'main' };
  throw new PhotoGuardError('input', `there is no model ${text}`, {
    hint: `give a folder, a hub id such as stabilityai/sd-vae-ft-mse, or one of ${Object.keys(ALIASES).join(', ')}`,
  });
}
