// An attack as `photoguard immunize` needs it: prepared for one photo, with what to show and report.
import type { Attack, Constraint, Recipe, VisibilityName } from 'photoguard/attacks';
import type { Image01, Mask, Panel, Photo, Pixels8, Size, SoftMask } from 'photoguard/image/node';
import type { Judge, Losses } from 'photoguard/protection';
import type { ImmunizationRecord } from 'photoguard/record';
import type { Runtime } from 'photoguard/runtime';

/** A photo that is about to be immunized. */
export interface Subject {
  readonly photo: Photo;
  readonly mask?: Mask;
  /** Where it is white, or towards 1, the change is kept smaller. */
  readonly spare?: Mask | SoftMask;
  /** Where it is not white the change is kept smaller. */
  readonly favour?: Mask | SoftMask;
}

/** What a plan depends on, besides the models' sizes. */
export interface PlanOptions {
  /** The photo's own size. */
  readonly photo: Size;
  /** Bytes that programs may use. */
  readonly memory: number;
  /** Whether {@link Prepared.show} will be asked for. */
  readonly shows: boolean;
}

/** What is known about an attack before the photo is decoded. */
export interface Planned {
  /** Bytes that the programs use. */
  readonly bytes: number;
  prepare(subject: Subject, runtime: Runtime): Promise<Prepared>;
}

/** An attack on one photo. */
export interface Prepared {
  readonly attack: Attack;
  readonly notes: readonly string[];
  /** A model's output for pictures of the photo's size, in the same order; for people to see. */
  show(pictures: readonly Pixels8[], signal: AbortSignal): Promise<readonly Image01[]>;
}

/** A way to immunize photos. */
export interface Method {
  /** Name of the attack's kind. */
  readonly name: string;
  /** Whether it attacks editors; otherwise autoencoders. */
  readonly needsEditor: boolean;
  readonly constraint: Constraint;
  /** How visible the change is to be, instead of the constraint's bound. */
  readonly visibility?: VisibilityName;
  /** Networks that measure the result. */
  readonly judges: readonly Judge[];
  /** Whether the attack sees them. */
  readonly judgesAttacked: boolean;
  readonly recipe: Recipe;
  /** References of the models that are attacked. */
  readonly models: readonly string[];
  readonly target: ImmunizationRecord['target'];
  /** Bytes of a picture that is the target. */
  readonly heldBytes: number;
  /** What {@link Prepared.show} shows, for the picture's headings: `decoded`. */
  readonly shown: string;
  /** Size at which each model sees a photo of a size, in the order of {@link models}. */
  modelSizes(photo: Size): readonly Size[];
  /**
   * Plans the programs at those sizes, without allocating anything.
   * @throws PhotoGuardError `memory` if nothing fits, with the bytes that would be enough
   */
  plan(modelSizes: readonly Size[], options: PlanOptions): Planned;
  /** Fields of the report that only this method has. */
  details?(losses: Losses): Readonly<Record<string, unknown>>;
}

/** Pictures of which a model's output is shown. */
export interface ShownPictures {
  readonly original: Pixels8;
  readonly immunized: Pixels8;
  readonly noise: Pixels8;
  /** The first two after an upload. */
  readonly uploaded?: { readonly original: Pixels8; readonly immunized: Pixels8 };
}

/** The picture's panels with a model's output for each, in rows of four with the three that are there already. */
export async function makePanels(
  { original, immunized, noise, uploaded }: ShownPictures,
  shown: string,
  show: (pictures: readonly Pixels8[]) => Promise<readonly Image01[]>,
): Promise<Panel[]> {
  const pictures: (readonly [name: string, picture: Pixels8])[] = [
    [`noise, ${shown}`, noise],
    [`original, ${shown}`, original],
    [`immunized, ${shown}`, immunized],
    ...(uploaded
      ? ([
          [`original, uploaded, ${shown}`, uploaded.original],
          [`immunized, uploaded, ${shown}`, uploaded.immunized],
        ] as const)
      : []),
  ];
  const images = await show(pictures.map(([, picture]) => picture));
  return pictures.map(([name], i) => [name, images[i]!]);
}
