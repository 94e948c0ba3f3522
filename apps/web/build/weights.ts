// Weights of an embedded model as a file of the page: its name, size and hash as they were when the page was built, in code of
// a virtual module (see WeightsOfPage in src/ambient.d.ts).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What every model here calls its weights, but for those of transformers. */
export const WEIGHTS = 'diffusion_pytorch_model.safetensors';

/** A model whose weights are in a folder. */
interface Model {
  /** Of the variable that has the address of the weights. */
  readonly variable: string;
  readonly name: string;
  readonly folder: string;
  /** Default: {@link WEIGHTS}. */
  readonly file?: string;
}

/** An object literal, and the import that it needs. */
export function weightsOfPage({ variable, name, folder, file = WEIGHTS }: Model): { code: string; needs: string } {
  const weights = readFileSync(join(folder, file));
  const known = { name, sha256: sha256(weights), bytes: weights.length };
  const config = readFileSync(join(folder, 'config.json'), 'utf8');
  return {
    code: `{ ...${JSON.stringify(known)}, config: ${config}, url: ${variable} }`,
    needs: `import ${variable} from ${JSON.stringify(`${join(folder, file)}?url`)};`,
  };
}

/** Hex. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
