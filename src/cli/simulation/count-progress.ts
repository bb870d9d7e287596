import { Presets, SingleBar } from 'cli-progress'

export interface SweepProgress {
  /** One run more has ended. */
  advance(): void
  stop(): void
}

/** A line on the terminal that counts the runs, and nothing where there is no terminal. */
export function startSweepProgress(terminal: NodeJS.WritableStream | null, runs: number): SweepProgress {
  if (terminal === null) return { advance: () => {}, stop: () => {} }
  const bar = new SingleBar(
    { format: '{bar} {value} of {total} runs', stream: terminal, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  )
  let ended = 0
  bar.start(runs, 0, {})
  return {
    advance: () => {
      ended += 1
      bar.update(ended, {})
    },
    stop: () => bar.stop(),
  }
}
