// `photoguard edit`: its options and help. What it does is in edit-photo.ts.
import { Command, Option } from 'commander';
import { SCHEDULERS } from 'photoguard/schedulers';
import { bytes, deviceOption, jsonOption, name, seedOption, share, size, whole, zeroOrMore } from '#terminal';
import { MEMORY_HELP } from './budget.ts';
import { editPhoto } from './edit-photo.ts';
import type { Session } from './session.ts';

const EXAMPLES = `
Examples:
  photoguard edit portrait.png -m sd15 --prompt "a person in prison"
      writes portrait.edited.png: the photo changed to fit the prompt (img2img)
  photoguard edit portrait.png -m sd15-inpaint --mask background.png --prompt "in prison" -n 4 -o edits/
      four edits in which only the white part of the mask is repainted
  photoguard edit portrait.png -m ./my-pipeline --prompt "a beach" --compare sheet.png --json
      also a contact sheet, and a report for programs
  photoguard edit portrait.png -m timbrooks/instruct-pix2pix --prompt "turn him into a cyborg" --image-guidance 1.2
      follows an instruction (InstructPix2Pix)

Editors are pipelines of Stable Diffusion 1 and 2, SDXL and its refiner, and InstructPix2Pix, in diffusers layout. If the
UNet has 9 input channels (inpainting) and there is no mask, the whole photo is repainted. InstructPix2Pix takes an
instruction as --prompt ("make it night"), and neither a mask nor a strength: --image-guidance keeps more of the photo,
--guidance less. SDXL without a negative prompt is guided away from nothing at all, with "" from an empty text. Noise depends only on the
seed: the same seed gives the same edit on every device, up to rounding. Image k of -n has seed + k - 1.

Exit status: 0 all done, 1 it failed, 2 wrong usage, 130 stopped.`;

/** The command. The session's signal stops it within one step. */
export function editCommand(session: Session): Command {
  return new Command('edit')
    .description('edit a photo as an adversary would: img2img, inpainting with a mask, or by an instruction')
    .argument('<photo>', 'PNG, JPEG, WebP, AVIF or TIFF file')
    .requiredOption('--prompt <text>', 'what the edit should show; may be empty')
    .option('--negative-prompt <text>', 'what it should not show; default: nothing')
    .option('-m, --model <ref>', 'editor: alias, hub id or folder of a pipeline; default: mini, the embedded one', name)
    .option('--mask <file>', 'auto (an ellipse in the middle is kept), or a file: white is repainted, black is kept')
    .option('--strength <share>', 'share of the steps to run; default: 0.7, with a mask 1 (SDXL: 0.9999)', share)
    .option('--steps <n>', 'denoising steps of a whole run', whole(1, 100_000), 50)
    .option('--guidance <scale>', 'how much the prompt counts; 1 is no guidance', zeroOrMore, 7.5)
    .option('--image-guidance <scale>', 'InstructPix2Pix: how much of the photo is kept; default: 1.5', zeroOrMore)
    .option('--original-size <WxH>', "SDXL: size that it is told the photo had; default: the edit's", size)
    .option('--target-size <WxH>', "SDXL: size that it is told to make; default: the edit's", size)
    .option('--aesthetic-score <n>', "SDXL's refiner: how beautiful the edit should be; default: 6", zeroOrMore)
    .option('--eta <share>', 'fresh noise in DDIM steps, 0 to 1', share, 0)
    .addOption(
      new Option('--scheduler <name>', "scheduler; default: the pipeline's own").choices(Object.keys(SCHEDULERS)),
    )
    .addOption(seedOption('all noise'))
    .option('-n, --number <n>', 'edits, each with the next seed', whole(1, 1000), 1)
    .option(
      '--size <size>',
      'size of the edit: fit:512, native or WxH; default: the size that the editor was trained on',
    )
    .option('-o, --output <path>', 'file (one edit) or folder; default: <photo>.edited.png beside the photo')
    .addOption(deviceOption())
    .option('--memory <size>', MEMORY_HELP, bytes)
    .option('--low-memory', 'load one part of the editor at a time, whatever --memory allows', false)
    .option('--compare <file>', 'also write a contact sheet (PNG): the photo, the mask and the edits')
    .addOption(jsonOption('print a report as JSON and nothing else'))
    .addHelpText('after', EXAMPLES)
    .action(async (photo: string, options) => {
      await editPhoto(photo, options, session);
    });
}
