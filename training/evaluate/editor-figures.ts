// The figures by which an editor is judged.
import type { AskedFigures } from './classes.ts';
import type { InpaintingFigures } from './inpainting.ts';
import type { CaptionLosses, ValidationLosses } from './losses.ts';

/** What the command prints as JSON: the parts that were asked for. */
export interface EditorFigures {
  readonly sampler: string;
  readonly losses?: ValidationLosses;
  readonly captions?: { readonly hole: CaptionLosses; readonly whole: CaptionLosses };
  readonly inpainting?: InpaintingFigures;
  readonly flowers?: AskedFigures;
  readonly garments?: AskedFigures;
  readonly colours?: AskedFigures;
}
