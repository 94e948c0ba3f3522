// The embedded editor, part by part: the decoder of its autoencoder, which takes latents of Stable Diffusion 1, and all of
// it. Loaded when somebody asks for it.
import { MINI } from 'virtual:mini';
import {
  type Autoencoder,
  assemblePipeline,
  blobSource,
  buildAutoencoder,
  buildDenoiser,
  buildTextEncoder,
  buildTokenizer,
  type Checkpoint,
  type Pipeline,
  readCheckpoint,
} from 'photoguard/models';
import { type OnShare, pageFile } from './page-file.ts';

/** Weights by name, as the runtime asks for them. */
type Files = Map<string, Blob>;

/** Its autoencoder. @throws PhotoGuardError `network` or `integrity` */
export async function loadMiniAutoencoder(files: Files, onShare: OnShare): Promise<Autoencoder> {
  const [vae] = await load(files, [MINI.vae], onShare);
  return buildAutoencoder(MINI.vae.config, vae!);
}

/** All of it. @throws PhotoGuardError `network` or `integrity` */
export async function loadMini(files: Files, onShare: OnShare): Promise<Pipeline> {
  const { definition, tokenizer: config, specialTokens } = MINI;
  const [vae, unet, text] = await load(files, [MINI.vae, MINI.unet, MINI.text_encoder], onShare);
  const textEncoder = buildTextEncoder(MINI.text_encoder.config, text!);
  const tokenizer = buildTokenizer({ definition, config, specialTokens }, 'mini');
  return assemblePipeline({
    label: 'mini',
    autoencoder: buildAutoencoder(MINI.vae.config, vae!),
    unet: buildDenoiser(MINI.unet.config, unet!),
    texts: [{ folder: 'text_encoder', textEncoder, tokenizer }],
    schedulerConfig: MINI.scheduler,
  });
}

async function load(files: Files, wanted: readonly WeightsOfPage[], onShare: OnShare): Promise<Checkpoint[]> {
  const all = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let received = 0;
  const checkpoints: Checkpoint[] = [];
  for (const weights of wanted) {
    const { name, bytes } = weights;
    const blob = files.get(name) ?? (await pageFile(weights, (part) => onShare((received + part) / all, all)));
    received += bytes;
    files.set(name, blob);
    checkpoints.push(await readCheckpoint(name, [blobSource(name, blob)]));
  }
  return checkpoints;
}
