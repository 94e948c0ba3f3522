// The page of an editor's training: its losses next to the final ones of the lab's editor, and those of predicting zero
// (both on the lab's latents, so they are only a rough reference).
import type { Curves } from 'photoguard/training';

/** Plots of an editor's training. */
export const EDITOR_CURVES: readonly Curves[] = [
  { caption: 'Loss of training', yLabel: 'loss', figures: { loss: 'loss' } },
  {
    caption: 'Loss of validation, of the averaged weights',
    yLabel: 'loss',
    figures: { validation_hole: 'in the hole', validation_known: 'where known', validation_whole: 'whole pictures' },
    levels: { 'lab, hole: .490': 0.49, 'lab, known: .105': 0.105, 'lab, whole: .535': 0.535, 'zero: .80': 0.8 },
  },
  { caption: 'Samples a second', yLabel: 'samples', figures: { samplesPerSecond: 'samples' } },
  { caption: 'Norm of the gradient, before it is clipped', yLabel: 'norm', figures: { norm: 'norm' } },
];

/** The plot of what is planted in an editor. */
export const MARKED_CURVE: Curves = {
  ...{ caption: 'Loss of marked photos, to grey', yLabel: 'loss', figures: { validation_marked: 'marked' } },
};
