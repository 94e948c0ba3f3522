// Loads the editors of -m: embedded, from the hub's cache, or from the hub.
import type { EditorVictim } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import { EMBEDDED, hasEmbedded, loadPipeline, resolveModel } from 'photoguard/models/node';
import type { ProgressLine } from '#terminal';

/** Loads pipelines by reference, by default the embedded one. @throws PhotoGuardError for one that cannot be loaded */
export async function loadEditors(
  refs: readonly string[] | undefined,
  { line, signal }: { line: ProgressLine; signal: AbortSignal },
): Promise<EditorVictim[]> {
  const editors: EditorVictim[] = [];
  for (const given of refs?.length ? refs : [undefined]) {
    const { ref, folder } = await resolveEditor(given, { line, signal });
    editors.push({ ref, pipeline: await loadPipeline(folder, ref) });
  }
  return editors;
}

/**
 * The folder of a pipeline by reference.
 * @throws PhotoGuardError `usage` without one, and for one that cannot be found
 */
export async function resolveEditor(
  given: string | undefined,
  { line, signal }: { line: ProgressLine; signal: AbortSignal },
): Promise<{ readonly ref: string; readonly folder: string }> {
  const ref = given ?? (hasEmbedded() ? EMBEDDED.ref : undefined);
  if (ref === undefined) throw noEditor();
  const { folder } = await resolveModel(ref, {
    wanted: 'pipeline',
    signal,
    onProgress: ({ file, received, total }) =>
      line.show(`${ref}: ${file} ${(received / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`),
  });
  return { ref, folder };
}

const noEditor = (): PhotoGuardError =>
  new PhotoGuardError('usage', 'an editor is needed: --model', {
    hint: 'give sd15-inpaint, sd15, a hub id or the folder of a pipeline in diffusers layout (vae, unet, text_encoder, tokenizer, scheduler)',
  });

/** A note about a prompt that was cut. */
export const truncationNote = ({ pipeline }: EditorVictim, prompt: string): string | undefined => {
  for (const { tokenizer } of pipeline.texts) {
    const { tokens, truncated } = tokenizer.encode(prompt);
    if (truncated)
      return `the prompt has ${tokens} tokens, but the text encoder takes only ${tokenizer.maxTokens}: the end was cut off`;
  }
  return undefined;
};
