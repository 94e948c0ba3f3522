// `photoguard audit`: its options and help. What it does is in audit-one.ts.
import { Command } from 'commander';
import { DEFAULT_PURIFIERS } from 'photoguard/audit';
import { bytes, deviceOption, jsonOption, list, seedOption, share, whole, zeroOrMore } from '#terminal';
import { auditOne } from './audit-one.ts';
import { MEMORY_HELP } from './budget.ts';
import type { Session } from './session.ts';

const EXAMPLES = `
Examples:
  photoguard audit portrait.immunized.png --original portrait.png
      what it was protected against (from its record), how well, and what survives
  photoguard audit portrait.immunized.png -m taesd,taesdxl --json
      without the original, with two models, as JSON for programs
  photoguard audit portrait.immunized.png --trust authorities.pem
      also says whether its content credential is whole and by a trusted signer
  photoguard audit portrait.immunized.png --original portrait.png --editor sd15 --prompt "in prison" -o audit.html
      also writes a page with edits side by side
  photoguard audit portrait.immunized.png --purify "jpeg:60; noise:8 > median:3"
      only after these purifiers (docs/purifiers.md lists them all)

The photo never leaves this machine. If the record names a model that is neither well known nor on this machine, the model
is not downloaded: name such models with --model.

Exit status: 0 all done (whatever the verdict), 1 it failed, 2 wrong usage, 130 stopped.`;

/** The command. The session's signal stops it within one picture. */
export function auditCommand(session: Session): Command {
  return new Command('audit')
    .description('report what an immunized photo is protected against, and what the protection survives')
    .argument('<immunized>', 'PNG, JPEG, WebP, AVIF or TIFF file')
    .option('--original <photo>', 'the photo before it was immunized; without it, figures are based on an estimate')
    .option(
      '-m, --model <ref>',
      "model to measure with; several: repeat or use commas; default: the record's; without a record, an embedded one",
      list,
    )
    .option('--editor <ref>', 'editor whose edits are shown and compared: alias, hub id or folder of a pipeline')
    .option('--purify <list>', 'what is done to the photo first; several: separate with ;', DEFAULT_PURIFIERS)
    .option(
      '--prompt <text>',
      'prompt of the edits; default: "a photo of a person on a beach", for the embedded editor one that it was trained on',
    )
    .option(
      '--mask <file>',
      'auto (an ellipse in the middle is kept), or a file: white is repainted by the editor, and not seen by the model',
    )
    .option('--strength <share>', "the edits' strength; default: 0.7, with a mask 1 (SDXL: 0.9999)", share)
    .option('--image-guidance <scale>', 'InstructPix2Pix: how much of the photo edits keep; default: 1.5', zeroOrMore)
    .option('--edit-steps <n>', 'denoising steps of a whole edit', whole(1, 1000), 20)
    .option(
      '--guidance <scale>',
      'how much the prompt counts; 1 is no guidance; default: 7.5, for the embedded editor 3',
      zeroOrMore,
    )
    .option('--edits <n>', 'edits of each version, each with the next seed', whole(1, 100), 3)
    .option('--draws <n>', 'draws of the noise control', whole(2, 1000), 4)
    .option(
      '--judge <ref>',
      'model that was not attacked, to say how far latents move (with --original); default: the embedded surrogates that the record does not name',
    )
    .option(
      '--trust <pem>',
      'certificates in PEM of authorities that vouch for signers of content credentials; several files: separate with commas',
    )
    .option('--size <size>', "size at which models see the photo: fit:512, native or WxH; default: the record's")
    .addOption(seedOption('all randomness'))
    .addOption(deviceOption())
    .option(
      '--memory <size>',
      `${MEMORY_HELP}; a purifier whose model does not fit is not tested, and the report says so`,
      bytes,
    )
    .option('-o, --output <file>', 'also write a page with pictures: an .html file')
    .addOption(jsonOption('print the report as JSON and nothing else'))
    .addHelpText('after', EXAMPLES)
    .action(async (photo: string, options) => {
      await auditOne(photo, options, session);
    });
}
