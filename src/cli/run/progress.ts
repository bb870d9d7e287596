import { Presets, SingleBar } from 'cli-progress'
import { formatSpan } from '../../report/format-number.ts'

export interface Progress {
  update(simulatedNs: number): void
  stop(): void
}

/** A line on the terminal while a run goes on, and nothing where there is no terminal. */
export function startProgress(
  terminal: NodeJS.WritableStream | null,
  name: string,
  durationNs: number | null,
): Progress {
  if (terminal === null) return { update: () => {}, stop: () => {} }
  const format = durationNs === null ? `${name}  {simulated} simulated` : `${name}  {bar} {simulated} simulated`
  const bar = new SingleBar(
    { format, stream: terminal, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  )
  bar.start(durationNs ?? 0, 0, { simulated: formatSpan(0) })
  return {
    update: (simulatedNs) => bar.update(durationNs === null ? 0 : simulatedNs, { simulated: formatSpan(simulatedNs) }),
    stop: () => bar.stop(),
  }
}
