import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Prediction } from './judge-cell.ts'
import { hasShortQueue, kindOf, type MeasuredCell } from './measured-cell.ts'
import { SHORT_QUEUE_RUNS } from './predict.ts'

export interface PredictionTask {
  readonly cell: MeasuredCell
  readonly firstSeed: number
  readonly seeds: number
}

/** The number of seeds without losses. Only noise and ports are random then, and a latency hardly differs. */
const SEEDS_WITHOUT_LOSS = 3
/** The number of seeds of transfers without losses, which take another way where a core is interrupted. */
const SEEDS_OF_TRANSFERS = 11
const SEEDS_UNDER_LOSS = 101
/** The number of seeds for ns-3. Each is a flow of 30 s, and a mean needs fewer than a median. */
const SEEDS_OF_NS3 = 21
/** The number of seeds of one task. Small tasks keep all cores busy until the end. */
const SEEDS_AT_A_TIME = 7

function seedsFor(cell: MeasuredCell, most: number): number {
  if (cell.runs !== undefined) return Math.min(most, cell.runs.length)
  if (hasShortQueue(cell)) return Math.min(most, SHORT_QUEUE_RUNS)
  const isTransfer = kindOf(cell) === 'throughput' && cell.rateMbps > 0
  if (cell.loss === 0) return Math.min(most, isTransfer ? SEEDS_OF_TRANSFERS : SEEDS_WITHOUT_LOSS)
  return Math.min(most, kindOf(cell) === 'ns-3' ? SEEDS_OF_NS3 : SEEDS_UNDER_LOSS)
}

/** Predicts every cell on all cores. The predictions are in the order of the cells. */
export async function predictAll(
  cells: readonly MeasuredCell[],
  mostSeeds: number,
  onProgress: (done: number, of: number) => void,
): Promise<Prediction[]> {
  const tasks = cells.map((cell) => tasksOf(cell, seedsFor(cell, mostSeeds)))
  const parts: Prediction[][] = tasks.map((of) => Array<Prediction>(of.length))
  const waiting = tasks.flatMap((of, index) => of.map((task, part) => ({ task, index, part })))
  const total = waiting.length
  let done = 0
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./prediction-worker.js', import.meta.url))
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        parts[next.index][next.part] = await ask(worker, next.task)
        onProgress(++done, total)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), total) }, work))
  return parts.map(joined)
}

function tasksOf(cell: MeasuredCell, seeds: number): PredictionTask[] {
  const tasks: PredictionTask[] = []
  for (let firstSeed = 1; firstSeed <= seeds; firstSeed += SEEDS_AT_A_TIME)
    tasks.push({ cell, firstSeed, seeds: Math.min(SEEDS_AT_A_TIME, seeds + 1 - firstSeed) })
  return tasks
}

function ask(worker: Worker, task: PredictionTask): Promise<Prediction> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      act()
    }
    const onMessage = (prediction: Prediction) => settle(() => resolve(prediction))
    const onError = (error: unknown) => settle(() => reject(error))
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.postMessage(task)
  })
}

function joined(parts: readonly Prediction[]): Prediction {
  const values: number[] = []
  for (const part of parts) {
    if (!part.ok) return part
    values.push(...part.values)
  }
  return { ok: true, values }
}
