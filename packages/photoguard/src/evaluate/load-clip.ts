// The CLIP model that scores edits, with its tokenizer: one folder in the layout of transformers.
import type { CLIPModel, CLIPTokenizer } from '../models/index.ts';
import { loadCLIP, loadTokenizer } from '../models/node/index.ts';

/** A CLIP model with its tokenizer. */
export interface LoadedClip {
  readonly clip: CLIPModel;
  readonly tokenizer: CLIPTokenizer;
}

/** Loads both. @throws PhotoGuardError `config` or `checkpoint` for a folder without such a model */
export async function loadClip(folder: string): Promise<LoadedClip> {
  const { clip } = await loadCLIP(folder);
  return { clip, tokenizer: await loadTokenizer(folder) };
}
