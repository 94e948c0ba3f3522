// Random sub-paths of a network, as AIAO plants in ("Lazy Layers to Make Fine-Tuned Diffusion Models More Traceable",
// arXiv 2405.00466): in half of the steps each residual branch is left out with a chance, so that what is planted does
// not depend on any of them, and fine-tuning, which changes some more than others, should leave more of it.
import { STREAMS } from '../random.ts';
import { Draws, type TrainerState, type Weights } from '../training/index.ts';

const SHARE = 0.5;
const LEFT_OUT = 0.25;
/** The last layer of a residual branch, in UNets, AutoencoderKL and AutoencoderTiny: with weights of zero it adds nothing. */
const END = /\.(conv2|to_out\.0|ff\.net\.2|conv\.4)\.(weight|bias)$/;

/** Offsets to weights that leave branches out in a step; undefined in steps that see the whole network. */
export async function drawSubPath(
  seed: number,
  step: number,
  weights: () => Promise<TrainerState>,
): Promise<Weights | undefined> {
  const draws = new Draws(seed, STREAMS.plantingBranches(step));
  if (draws.next() >= SHARE) return undefined;
  const isOut = new Map<string, boolean>();
  const offsets = Object.entries(await weights()).flatMap(([state, values]) => {
    const name = state.slice('weight.'.length);
    if (!END.test(name)) return [];
    const branch = name.replace(/\.(weight|bias)$/, '');
    if (!isOut.has(branch)) isOut.set(branch, draws.next() < LEFT_OUT);
    return isOut.get(branch) ? [[name, values.map((value) => -value)] as const] : [];
  });
  return Object.fromEntries(offsets);
}
