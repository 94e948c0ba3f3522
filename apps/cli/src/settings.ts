// Options of `photoguard immunize`.
import type { Constraint } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import type { FORMATS } from './result-names.ts';

/** Options of `photoguard immunize`, as commander gives them. */
export interface ImmunizeOptions {
  /** A kind of attack. */
  readonly attack: string;
  readonly output?: string;
  /** The JPEG in which results are delivered. */
  readonly ship?: string;
  /** Pattern of results' names. */
  readonly name?: string;
  readonly format?: (typeof FORMATS)[number];
  /** Also look into subfolders. */
  readonly recursive?: boolean;
  /** Keep the photos' folders under the output. */
  readonly keepFolders?: boolean;
  /** Do finished photos again. */
  readonly force?: boolean;
  /** Replace files that are not results. */
  readonly overwrite?: boolean;
  readonly model?: readonly string[];
  readonly recipe: string;
  readonly target?: string;
  readonly mask?: string;
  /** A mask's file, or `faces`: where it is white, or a face is, the change is kept smaller. */
  readonly spare?: string;
  /** A mask's file, or `faces`: everywhere else the change is kept smaller. */
  readonly favour?: string;
  /** File of a key: the photo also gets the key's trigger. */
  readonly trigger?: string;
  /** A model that measures what the protection does, and is not attacked. */
  readonly judge?: string;
  /** The recipe of fewest gradients. */
  readonly quick?: boolean;
  /** Whether one photo gets a side-by-side picture unasked. */
  readonly picture?: boolean;
  readonly size?: string;
  readonly seed: number;
  readonly device: 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml' | 'wasm';
  /** Bytes. */
  readonly memory?: number;
  /** `false`: no picture, even where it is the default. */
  readonly compare?: string | false;
  /** Who signs a content credential: a folder of PEM files, PEM files, or `self-made`. */
  readonly credential?: string;
  /** Whether a record goes into the photo's XMP. */
  readonly record: boolean;
  readonly json: boolean;
  /** Whether progress is printed for programs. */
  readonly progress?: boolean;
  readonly verbose: boolean;
  /** Options of attacks, by the names that attack-options.ts gives them. */
  readonly [option: string]: unknown;
}

/** @throws PhotoGuardError `usage` for a bound below one level of 255, within which no pixel can change */
export const checkEps = ({ eps }: Pick<Constraint, 'eps'>): void => void checkedEps(eps);

/** The same for a bound alone. @throws PhotoGuardError `usage` like {@link checkEps} */
export function checkedEps(eps: number): number {
  if (eps * 255 >= 1 - 1e-6) return eps; // 1/255 * 255 is 1 only up to rounding
  throw new PhotoGuardError('usage', '--eps is below one level of 255, so nothing in the photo would change', {
    got: `${Number((eps * 255).toPrecision(3))}/255`,
    hint: 'give 1/255 or more',
  });
}
