import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { secondsOf } from './run-onpath.ts'
import type { ScaleRow } from './scale-csv.ts'
import type { ServedQueue } from './served-queue.ts'

/** A sweep that is measured, and how. */
export interface Measurement {
  readonly row: Omit<ScaleRow, 'seconds'>
  /** Runs the sweep once, and returns the seconds that it took. */
  readonly measure: () => Promise<number>
}

interface Machine {
  /** The points of a sweep of short runs. */
  readonly points: number
  readonly cores: number
  /** A folder for results. */
  readonly folder: string
  readonly queue: ServedQueue | null
}

/** Scenarios with runs of a few and of some tens of milliseconds, and how many fewer points the longer ones have. */
const SCENARIOS: readonly { readonly name: string; readonly fewer: number }[] = [
  { name: 'first-steps', fewer: 1 },
  { name: 'wan-tls', fewer: 5 },
]

/** The shards whose cost is measured. */
const SHARDS = 8

export function measurements(machine: Machine): Measurement[] {
  return SCENARIOS.flatMap(({ name, fewer }) => ofScenario(name, Math.ceil(machine.points / fewer), machine))
}

function ofScenario(scenario: string, points: number, { cores, folder, queue }: Machine): Measurement[] {
  const sweep = ['sweep', `scenarios/${scenario}.yaml`, '--seeds', `1..${points}`, '--exit-zero']
  const out = join(folder, 'results')
  const counts = [...new Set([1, 2, 4, 8, 16, cores])].filter((count) => count <= cores).sort((a, b) => a - b)
  const fresh = async (action: () => Promise<number>) => {
    rmSync(out, { recursive: true, force: true })
    return action()
  }
  const shards = () =>
    inSequence(SHARDS, (i) => [...sweep, '--jobs', '1', '--shard', `${i + 1}/${SHARDS}`, '--out', out])
  const row = (engine: ScaleRow['engine'], workers: number) => ({ engine, scenario, workers, points })
  return [
    ...counts.map((jobs) => ({
      row: row('threads', jobs),
      measure: () => secondsOf([...sweep, '--jobs', String(jobs)]),
    })),
    { row: row('stored', 1), measure: () => fresh(() => secondsOf([...sweep, '--jobs', '1', '--out', out])) },
    { row: row('shards', SHARDS), measure: () => fresh(shards) },
    {
      row: row('merge', SHARDS),
      measure: async () => {
        await fresh(shards)
        return secondsOf(['merge', out])
      },
    },
    ...(queue === null
      ? []
      : counts.map((workers) => ({
          row: row('queue', workers),
          measure: async () => {
            const end = await queue.withWorkers(workers)
            try {
              return await secondsOf([...sweep, '--queue', queue.url])
            } finally {
              end()
            }
          },
        }))),
  ]
}

async function inSequence(count: number, wordsOf: (i: number) => readonly string[]): Promise<number> {
  let seconds = 0
  for (let i = 0; i < count; i += 1) seconds += await secondsOf(wordsOf(i))
  return seconds
}
