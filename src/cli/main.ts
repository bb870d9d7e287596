import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { onpath } from './onpath.ts'

/** The only place that knows the process. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
}

let interruption: AbortController | null = null

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  readStdin,
  hasColor: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  terminal: process.stderr.isTTY === true ? process.stderr : null,
  get interruption() {
    return hearSignals()
  },
  isDebugging: Boolean(process.env.ONPATH_DEBUG),
}

/** Only once somebody asks, when a run begins: until then a signal may simply end the process, also while it waits for input. */
function hearSignals(): AbortSignal {
  if (interruption === null) {
    const controller = new AbortController()
    process.once('SIGINT', () => controller.abort(EXIT.interrupted))
    process.once('SIGTERM', () => controller.abort(EXIT.terminated))
    interruption = controller
  }
  return interruption.signal
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

process.exitCode = await onpath(process.argv.slice(2), io)
