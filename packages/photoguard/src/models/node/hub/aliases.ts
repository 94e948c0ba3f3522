// Short names of well-known autoencoders and editors.

/** A model behind an alias. */
export interface Alias {
  /** Hub id. */
  readonly id: string;
  /** Latent space: an attack on one leaves models of another at the level of random noise. */
  readonly latentSpace: string;
  /** For people. */
  readonly about: string;
}

/** Aliases of `-m` and `photoguard models`. */
export const ALIASES: Readonly<Record<string, Alias>> = Object.freeze({
  taesd: { id: 'madebyollin/taesd', latentSpace: 'SD1', about: 'tiny autoencoder of Stable Diffusion 1 and 2 (5 MB)' },
  taesdxl: { id: 'madebyollin/taesdxl', latentSpace: 'SDXL', about: 'tiny autoencoder of SDXL (5 MB)' },
  taesd3: { id: 'madebyollin/taesd3', latentSpace: 'SD3', about: 'tiny autoencoder of Stable Diffusion 3 (5 MB)' },
  taef1: { id: 'madebyollin/taef1', latentSpace: 'FLUX.1', about: 'tiny autoencoder of FLUX.1 (5 MB)' },
  taef2: { id: 'madebyollin/taef2', latentSpace: 'FLUX.2', about: 'tiny autoencoder of FLUX.2 (5 MB)' },
  taew2_1: {
    id: 'OzzyGT/taew2_1',
    latentSpace: 'Wan 2.1',
    about: 'tiny autoencoder of Wan 2.1 and Qwen-Image (23 MB, MIT; a mirror)',
  },
  sd1: { id: 'stabilityai/sd-vae-ft-mse', latentSpace: 'SD1', about: 'autoencoder of Stable Diffusion 1 (335 MB)' },
  sd2: {
    id: 'stabilityai/stable-diffusion-2-1',
    latentSpace: 'SD1',
    about: 'autoencoder of Stable Diffusion 2 (335 MB)',
  },
  sdxl: { id: 'madebyollin/sdxl-vae-fp16-fix', latentSpace: 'SDXL', about: 'autoencoder of SDXL (335 MB)' },
  sd3: {
    id: 'stabilityai/stable-diffusion-3-medium-diffusers',
    latentSpace: 'SD3',
    about: 'autoencoder of Stable Diffusion 3 (needs a token)',
  },
  sd15: {
    id: 'stable-diffusion-v1-5/stable-diffusion-v1-5',
    latentSpace: 'SD1',
    about: 'editor: Stable Diffusion 1.5 (4.3 GB; 335 MB where only its autoencoder is needed)',
  },
  'sd15-inpaint': {
    id: 'stable-diffusion-v1-5/stable-diffusion-inpainting',
    latentSpace: 'SD1',
    about: 'editor: Stable Diffusion 1.5 for inpainting (4.3 GB; 335 MB for its autoencoder)',
  },
  flux1: { id: 'black-forest-labs/FLUX.1-schnell', latentSpace: 'FLUX.1', about: 'autoencoder of FLUX.1 (168 MB)' },
  flux2: {
    id: 'black-forest-labs/FLUX.2-klein-4B',
    latentSpace: 'FLUX.2',
    about: 'autoencoder of FLUX.2 (168 MB, Apache 2.0)',
  },
  'qwen-image': {
    id: 'Qwen/Qwen-Image-Edit',
    latentSpace: 'Wan 2.1',
    about: 'autoencoder of Qwen-Image-Edit (254 MB, Apache 2.0)',
  },
  wan21: {
    id: 'Wan-AI/Wan2.1-T2V-1.3B-Diffusers',
    latentSpace: 'Wan 2.1',
    about: 'autoencoder of Wan 2.1 (508 MB, Apache 2.0)',
  },
  sana: {
    id: 'mit-han-lab/dc-ae-f32c32-sana-1.1-diffusers',
    latentSpace: 'SANA',
    about: 'autoencoder of SANA (1.25 GB, MIT)',
  },
});
