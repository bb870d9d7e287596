import type { SingleBar } from 'cli-progress'
import { formatCount, formatNumber, formatSpan } from '../../report/format-number.ts'
import type { CheckedScenario } from '../../scenario/load.ts'

/** A line on the terminal that shows the progress of simulations. */
export interface Progress {
  /**
   * Shows how far it is: nanoseconds of simulated time, or a number of runs, and the events that were simulated. `given`
   * is the part of the value that took no time, such as results that were stored before.
   */
  update(value: number, events?: number, given?: number): void
  stop(): void
}

/** The time of the process after which progress is shown, since most commands have ended by then. */
const PATIENCE_MS = 2_000

/** The code that draws, once it is loaded. */
let drawing: typeof import('cli-progress') | null = null

/**
 * Shows the simulated time of one run, which has begun at `begunMs`, or now; nothing without a terminal. A run without a
 * duration has no bar.
 */
export function showRunProgress(
  terminal: NodeJS.WritableStream | null,
  name: string,
  durationNs: number | null,
  begunMs: number | null = null,
): Progress {
  const bar = durationNs === null ? '' : ' {bar}'
  const payloadOf = (value: number) => ({
    simulated:
      durationNs === null ? `${formatSpan(value)} simulated` : `${formatSpan(value)} of ${formatSpan(durationNs)}`,
  })
  return startBar(terminal, `${name} ${bar} {simulated}{speed}{left}`, durationNs ?? 0, payloadOf, begunMs)
}

/** Counts the runs that have ended; nothing without a terminal. */
export function showRunCount(terminal: NodeJS.WritableStream | null, runs: number): Progress {
  return startBar(terminal, '{bar} {simulated}{speed}{left}', runs, (value) => ({
    simulated: `${value} of ${formatCount(runs, 'run')}`,
  }))
}

/** Progress of a simulation in this thread, which nothing interrupts. */
export interface BlockingProgress {
  readonly update: (simulatedNs: number, events: number) => void
  /** Removes the line, until the next update. Called before anything is printed. */
  clear(): void
}

/**
 * Shows the simulated time of a run in this thread; nothing without a terminal. It loads the code that draws at once,
 * since nothing can be loaded while the simulation runs.
 */
export async function showBlockingRun(
  terminal: NodeJS.WritableStream | null,
  { blueprint: { name, durationNs } }: CheckedScenario,
): Promise<BlockingProgress> {
  if (terminal !== null) drawing ??= await import('cli-progress')
  const begunMs = performance.now()
  let shown: Progress | null = null
  return {
    update(simulatedNs, events) {
      shown ??= showRunProgress(terminal, name, durationNs, begunMs)
      shown.update(simulatedNs, events)
    },
    clear() {
      shown?.stop()
      shown = null
    },
  }
}

/**
 * Shows how much of the files of a cluster has been read; nothing without a terminal. It loads the code that draws at
 * once.
 */
export async function showReading(terminal: NodeJS.WritableStream | null, characters: number): Promise<Progress> {
  if (terminal !== null) drawing ??= await import('cli-progress')
  const inMillions = (value: number) => (value / 1e6).toFixed(1)
  return startBar(terminal, 'reading {bar} {simulated}{left}', characters, (value) => ({
    simulated: `${inMillions(value)} of ${inMillions(characters)} MB`,
  }))
}

function startBar(
  terminal: NodeJS.WritableStream | null,
  format: string,
  total: number,
  payloadOf: (value: number) => { readonly simulated: string },
  begunMs: number | null = null,
): Progress {
  if (terminal === null) return { update: () => {}, stop: () => {} }
  let begun = begunMs ?? performance.now()
  let last = 0
  let execution = 1
  let bar: SingleBar | null = null
  let isLoading = false
  let hasStopped = false
  const open = (loaded: typeof import('cli-progress')) => {
    drawing = loaded
    if (hasStopped) return
    const { Presets, SingleBar } = loaded
    const barsize = barSize('columns' in terminal && typeof terminal.columns === 'number' ? terminal.columns : 80)
    const options = { format, stream: terminal, clearOnComplete: true, hideCursor: true, barsize }
    bar = new SingleBar(options, Presets.shades_classic)
    bar.start(total, 0, { ...payloadOf(0), speed: '', left: '' })
  }
  return {
    update(value, events = 0, given = 0) {
      if (value < last) {
        // The same scenario is simulated again for the details of its report.
        execution++
        begun = performance.now()
      }
      last = value
      if (performance.now() < PATIENCE_MS) return
      if (bar === null && drawing !== null) open(drawing)
      else if (!isLoading && drawing === null) {
        isLoading = true
        import('cli-progress').then(open)
      }
      const seconds = (performance.now() - begun) / 1000
      const again = execution === 1 ? '' : `, execution ${execution}`
      const payload = {
        ...payloadOf(value),
        speed: speedText(seconds > 0 ? events / seconds : 0),
        left: leftText(value - given, total - given, seconds) + again,
      }
      bar?.update(Math.min(value, total), payload)
    },
    stop() {
      hasStopped = true
      bar?.stop()
    },
  }
}

/** Returns how many columns the bar takes, beside up to 60 of text. */
function barSize(columns: number): number {
  return Math.max(5, Math.min(40, columns - 60))
}

function speedText(eventsPerSecond: number): string {
  if (eventsPerSecond === 0) return ''
  const text =
    eventsPerSecond >= 1e6 ? `${formatNumber(eventsPerSecond / 1e6)} M` : `${formatNumber(eventsPerSecond / 1e3)} k`
  return `, ${text} events/s`
}

/** Returns the time that is left at the speed so far; empty where the end is not known. */
function leftText(value: number, total: number, seconds: number): string {
  if (total <= 0 || value <= 0) return ''
  const left = Math.max(0, Math.ceil((seconds * (total - value)) / value))
  return left >= 60 ? `, ${Math.floor(left / 60)} min ${left % 60} s left` : `, ${left} s left`
}
