import { parentPort } from 'node:worker_threads'
import { predict } from './predict.ts'
import type { PredictionTask } from './prediction-pool.ts'

parentPort?.on('message', ({ cell, firstSeed, seeds }: PredictionTask) => {
  parentPort?.postMessage(predict(cell, firstSeed, seeds))
})
