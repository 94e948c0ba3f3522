// Whoever reads what we print may stop reading (photoguard ... | head), and a disk may be full. Photos are worth more than
// what is said of them: the work goes on, and the exit status says that not everything was told.

/** Watches standard output and error. The result says what was lost, and is undefined as long as nothing was. */
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
