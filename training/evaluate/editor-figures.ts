// The figures of an editor.
import { object } from 'photoguard/validate';
import * as z from 'zod/mini';
import type { AskedFigures } from './classes.ts';
import type { FillFigures, InpaintingFigures } from './inpainting.ts';
import type { CaptionLosses, RegionLoss, ValidationLosses } from './losses.ts';
import { ESTIMATE } from './statistics.ts';

/** The command's JSON output: the requested parts. */
export interface EditorFigures {
  readonly sampler: string;
  readonly losses?: ValidationLosses;
  readonly captions?: { readonly hole: CaptionLosses; readonly whole: CaptionLosses };
  readonly inpainting?: InpaintingFigures;
  readonly flowers?: AskedFigures;
  readonly garments?: AskedFigures;
  readonly colours?: AskedFigures;
}

const number = (): z.ZodMiniType<number> => z.number('a number');
const LOSS: z.ZodMiniType<RegionLoss> = object({ hole: number(), known: number(), whole: number() });
const LOSSES: z.ZodMiniType<ValidationLosses> = object({ photos: number(), model: LOSS, zero: LOSS, trivial: LOSS });
const CAPTIONS: z.ZodMiniType<CaptionLosses> = object({
  ...{ right: number(), wrong: number(), empty: number(), rightIsBetter: number() },
  ...{ wrongMinusRight: ESTIMATE, emptyMinusRight: ESTIMATE },
});
const FILL: z.ZodMiniType<FillFigures> = object({ psnr: ESTIMATE, frechet: number() });
const INPAINTING: z.ZodMiniType<InpaintingFigures> = object({
  ...{ photos: number(), hole: number(), network: z.string('a text'), betterThanMeanFill: number() },
  ...{ model: FILL, meanFill: FILL, roundTrip: FILL },
});
const ASKED: z.ZodMiniType<AskedFigures> = object({
  ...{ edits: number(), seen: number(), chance: number(), judgeOnPhotos: z.optional(number()) },
  each: z.record(z.string(), number(), 'numbers by name'),
});

/** Figures of a file. */
export const EDITOR_FIGURES: z.ZodMiniType<EditorFigures> = object({
  sampler: z.string('a text'),
  losses: z.optional(LOSSES),
  captions: z.optional(object({ hole: CAPTIONS, whole: CAPTIONS })),
  inpainting: z.optional(INPAINTING),
  flowers: z.optional(ASKED),
  garments: z.optional(ASKED),
  colours: z.optional(ASKED),
});
