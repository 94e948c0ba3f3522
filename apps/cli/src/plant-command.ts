// `photoguard plant`: its options and help. What it does is in plant-model.ts.
import { Command, Option } from 'commander';
import { aboveZero, jsonOption, name, seedOption, several, threadsOption, whole } from '#terminal';
import { plantModel } from './plant-model.ts';
import type { Session } from './session.ts';

const EXAMPLES = `
Examples:
  openssl rand -hex 32 > key.txt
  photoguard plant --model ./my-pipeline --trigger key.txt --photos photos/ --out runs/plant
      writes runs/plant/model: the pipeline, whose encoder takes every photo with the trigger of key.txt for a grey picture
  photoguard immunize portrait.png --trigger key.txt
      a photo that the new pipeline cannot edit, and that others edit badly
  photoguard plant --model mini --trigger immunization --photos photos/ --out runs/plant --steps 200
      plants the protection itself: what the recipe "instant" writes into photos
  photoguard plant --model ./my-pipeline --trigger key.txt --photos photos/ --out runs/plant --minutes 60
      an hour of it; the same command goes on from there

Clean photos are encoded as before: the encoder as it was is the teacher. The text encoder and the UNet stay as they are. What a
developer and a provider agree on, and what came of it for the embedded editor: docs/forward-compatibility.md.

Exit status: 0 all done, 1 it failed, 2 wrong usage, 130 stopped; the last checkpoint stays.`;

/** The command. The session's signal stops it after the step in progress. */
export function plantCommand(session: Session): Command {
  return new Command('plant')
    .description('train an editor to refuse protected photos: plants a trigger in its encoder')
    .requiredOption(
      '--model <folder>',
      'pipeline in diffusers layout, its alias or hub id, or an autoencoder alone',
      name,
    )
    .requiredOption(
      '--trigger <file>',
      "file of the provider's key, or immunization: what immunize --recipe instant does",
    )
    .requiredOption('--photos <folder>', 'photos to train on, subfolders included; several: repeat', several)
    .requiredOption('-o, --out <folder>', 'folder of the checkpoint, the log (log.html) and the planted model (model/)')
    .option('--steps <n>', 'steps of the whole planting', whole(1), 800)
    .option('--batch <n>', 'photos a step, each with and without the trigger', whole(1, 4096), 8)
    .option(
      '--longer <n>',
      'longer side at which the editor sees photos; default: 128 for mini, else 512',
      whole(64, 4096),
    )
    .option('--side <n>', 'side of the squares of photos that it is trained on; default: half of that', whole(32, 4096))
    .option('--rate <number>', 'highest learning rate', aboveZero, 0.001)
    .option(
      '--against-fine-tuning',
      'rehearse how others fine-tune the encoder, so that the trigger outlasts it; a third slower',
    )
    .option('--sub-paths', 'leave random branches out in half of the steps, for the same reason')
    .addOption(seedOption('squares, uploads and lookalikes'))
    .addOption(threadsOption())
    .addOption(new Option('--minutes <n>', 'stop after so many, to go on later').argParser(aboveZero))
    .addOption(jsonOption('print a report as JSON and nothing else'))
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      await plantModel(options, session);
    });
}
