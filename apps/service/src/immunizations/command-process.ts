// A process that runs the command `photoguard immunize` for the service, photo after photo: each message is a command line, each
// answer the document that --json would print. It ends with the service, even if that is killed.
import { describeOutcome, throwUsageErrors } from '@photoguard/terminal';
import { openRuntime, type Runtime, type RuntimeOptions } from 'photoguard/runtime/node';
import { immunizeCommand } from '../../../cli/src/immunize-command.ts';
import { JsonReport } from '../../../cli/src/json-report.ts';

// The service decides when it is stopped, and then kills it: signals that reach the whole process group are not for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (args: readonly string[]) => void run(args).then((document) => process.send!(document)));

const { signal } = new AbortController();

async function run(args: readonly string[]): Promise<object> {
  const report = new JsonReport();
  const command = immunizeCommand({ signal, report, openRuntime: keptRuntime });
  throwUsageErrors(command);
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    const { failure } = describeOutcome(error, { program: 'photoguard', stopped: false, verbose: false });
    if (failure) report.fail(failure);
  }
  return report.document();
}

/** Runtimes by device: to start one takes as long as a small photo. */
const runtimes = new Map<string, Promise<Runtime>>();

/** A runtime that is only emptied when it is closed. After a failure the whole process is replaced. */
async function keptRuntime(options: RuntimeOptions): Promise<Runtime> {
  const device = options.device ?? 'auto';
  if (!runtimes.has(device)) runtimes.set(device, openRuntime(options));
  const runtime = await runtimes.get(device)!;
  return {
    ...{ device: runtime.device, threads: runtime.threads, programs: runtime.programs },
    load: (graph, load) => runtime.load(graph, load),
    write: (tensors) => runtime.write(tensors),
    read: (names) => runtime.read(names),
    peakBytes: () => runtime.peakBytes(),
    close: async () => {
      await runtime.programs.limit(undefined);
      await runtime.programs.clear();
    },
  };
}
