// The reader of our output may stop reading (photoguard ... | head), and a disk may be full. Photos are worth more than
// messages about them: the work goes on, and the exit status shows that some output was lost.

/** Watches standard output and error. The returned function describes what was lost; undefined if nothing was. */
export function watchOutput(): () => string | undefined {
  let lost: string | undefined;
  for (const [name, stream] of [
    ['standard output', process.stdout],
    ['standard error', process.stderr],
  ] as const)
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      lost ??= `${name} cannot be written: ${code === 'EPIPE' ? 'the reader closed it' : code === 'ENOSPC' ? 'the disk is full' : message}`;
    });
  return () => lost;
}
