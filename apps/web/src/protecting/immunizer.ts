// The embedded network that makes a change in one pass, for the recipe `instant` and for previews. Loaded when it is needed.
import { IMMUNIZER } from 'virtual:immunizer';
import { blobSource, Immunizer, parseImmunizerConfig, readCheckpoint } from 'photoguard/models';
import { type OnShare, pageFile } from './page-file.ts';

/** @param files weights by name, as the runtime asks for them @throws PhotoGuardError `network` or `integrity` */
export async function loadImmunizer(files: Map<string, Blob>, onShare: OnShare): Promise<Immunizer> {
  const { name, bytes, config } = IMMUNIZER;
  const file = `${name}.safetensors`;
  const blob = files.get(file) ?? (await pageFile(IMMUNIZER, (part) => onShare(part / bytes, bytes)));
  files.set(file, blob);
  return new Immunizer(parseImmunizerConfig(config), await readCheckpoint(name, [blobSource(file, blob)]));
}
