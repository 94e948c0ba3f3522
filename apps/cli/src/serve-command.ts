// `photoguard serve`: hands over to the service, a package of its own (apps/service), so that whoever only immunizes photos
// installs neither a database nor a web server. Its options and help are its own.
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';

const SERVICE = '@photoguard/service';

/** The command. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('immunize photos over HTTP, recognise them, and say whether they may be edited (serve --help)')
    .argument('[options...]', "the service's options")
    .helpOption(false)
    .allowUnknownOption()
    .action(async (options: string[]) => {
      const { runService } = await loadService();
      await runService([...process.argv.slice(0, 2), ...options]);
    });
}

interface Service {
  readonly runService: (argv: readonly string[]) => Promise<void>;
}

async function loadService(): Promise<Service> {
  try {
    return (await import(SERVICE)) as Service;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && String(cause).includes(SERVICE))
      throw new PhotoGuardError('usage', 'the service is not installed', {
        hint: 'it comes with the repository: npm ci && npm run service',
        cause,
      });
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw new PhotoGuardError('usage', 'the service needs Node 22.18 or later', { got: process.version, cause });
    throw cause;
  }
}
