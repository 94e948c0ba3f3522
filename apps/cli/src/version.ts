// The command's version.
import { createRequire } from 'node:module';

/** Version of the package photoguard, which ships the command. */
export const { version: VERSION } = createRequire(import.meta.url)('photoguard/package.json') as { version: string };
