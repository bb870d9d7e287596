import { Presets, SingleBar } from 'cli-progress'
import { formatSpan } from '../../report/format-number.ts'

/** A line on the terminal that shows the progress of simulations. */
export interface Progress {
  update(value: number): void
  stop(): void
}

/** Shows the simulated time of one run; nothing without a terminal. A run without a duration has no bar. */
export function showRunProgress(
  terminal: NodeJS.WritableStream | null,
  name: string,
  durationNs: number | null,
): Progress {
  const format = durationNs === null ? `${name}  {simulated} simulated` : `${name}  {bar} {simulated} simulated`
  return startBar(terminal, format, durationNs ?? 0, (ns) => ({ simulated: formatSpan(ns) }))
}

/** Counts the runs that have ended; nothing without a terminal. */
export function showRunCount(terminal: NodeJS.WritableStream | null, runs: number): Progress {
  return startBar(terminal, '{bar} {value} of {total} runs', runs, () => ({}))
}

function startBar(
  terminal: NodeJS.WritableStream | null,
  format: string,
  total: number,
  payloadOf: (value: number) => Readonly<Record<string, string>>,
): Progress {
  if (terminal === null) return { update: () => {}, stop: () => {} }
  const bar = new SingleBar(
    { format, stream: terminal, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  )
  bar.start(total, 0, payloadOf(0))
  return {
    update: (value) => bar.update(Math.min(value, total), payloadOf(value)),
    stop: () => bar.stop(),
  }
}
