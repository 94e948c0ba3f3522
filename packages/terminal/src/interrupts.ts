// Ctrl-C: the first asks for a clean stop, the second ends the process at once.
import { PhotoGuardError } from 'photoguard/errors';

/** A signal that fires on SIGINT, SIGTERM or SIGHUP (a terminal that was closed); `dispose` stops listening. */
export function interrupts(): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    // Code that waits throws this reason. Without one it would be a DOMException, which reads like a bug.
    controller.abort(new PhotoGuardError('aborted', 'stopped on request'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, stop);
    },
  };
}
