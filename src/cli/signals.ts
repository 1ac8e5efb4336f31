const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends the trace in order on the first signal, and the program at once on the third: the guard then sees to the tracer.
 * A hangup is told by several, the kernel and each shell, and is one. Returns the undo.
 */
export function onSignals(stop: (signal: NodeJS.Signals) => void): () => void {
  let count = 0;
  const handler = (signal: NodeJS.Signals): void => {
    stop(signal);
    if (signal !== 'SIGHUP' && ++count === 3) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}
