import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server of Valkey for a queue, which writes what it does to a folder. */
export class ServedQueue {
  readonly url: string
  readonly #server: ChildProcess

  private constructor(port: number, server: ChildProcess) {
    this.url = `redis://127.0.0.1:${port}`
    this.#server = server
  }

  /** Starts a server. Returns null when Valkey is not installed. */
  static async start(folder: string): Promise<ServedQueue | null> {
    const port = await freePort()
    const words = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--appendonly', 'yes', '--save', '']
    const server = spawn('valkey-server', words, { stdio: 'ignore' })
    const isStarted = await Promise.race([
      once(server, 'spawn').then(() => true),
      once(server, 'error').then(() => false),
    ])
    if (!isStarted) return null
    await sleep(1_000)
    return new ServedQueue(port, server)
  }

  /** Starts workers of one run at a time, and returns what ends them. */
  async withWorkers(count: number): Promise<() => void> {
    const words = ['bin/onpath.js', 'worker', '--queue', this.url, '--jobs', '1']
    const workers = Array.from({ length: count }, () => spawn(process.execPath, words, { stdio: 'ignore' }))
    await sleep(3_000)
    return () => {
      for (const worker of workers) worker.kill('SIGKILL')
    }
  }

  stop(): void {
    this.#server.kill('SIGKILL')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}
