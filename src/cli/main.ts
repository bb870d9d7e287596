import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { onpath } from './onpath.ts'
import { reasonOf } from './usage-error.ts'

/** Ends without an error when the reader of standard output has closed it. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  process.stderr.write(`onpath: cannot write to standard output: ${reasonOf(error)}\n`)
  process.exit(EXIT.usage)
})
process.stderr.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? undefined : EXIT.usage),
)

/** The connection to the process. No other file uses it. */
const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  readStdin,
  hasColor: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  terminal: process.stderr.isTTY === true ? process.stderr : null,
  listenForInterruption,
  isDebugging: Boolean(process.env.ONPATH_DEBUG),
  today: () => new Date().toISOString().slice(0, '2027-03-01'.length),
}

function listenForInterruption(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort(EXIT.interrupted))
  process.once('SIGTERM', () => controller.abort(EXIT.terminated))
  return controller.signal
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

process.exitCode = await onpath(process.argv.slice(2), io)
