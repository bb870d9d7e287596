import { parentPort } from 'node:worker_threads'
import { simulateTask } from './simulate-task.ts'

/** Simulates one scenario after the other, and sends messages to the main thread. */
parentPort?.on('message', (task) => simulateTask(task, (message) => parentPort?.postMessage(message)))
