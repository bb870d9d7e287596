import { reasonOf } from '../disk/usage-error.ts'
import { EXIT, type ExitCode, mostSevere } from './exit-code.ts'
import { StandardStream } from './files/standard-stream.ts'
import type { Io } from './io.ts'
import { onpath } from './onpath.ts'

const interruption = new AbortController()
let isClosed = false
const exitCodes: ExitCode[] = []

/**
 * Stops when the reader of standard output has closed it, or its disk is full. The work so far is kept, for example in
 * a folder of results, and decides the exit code.
 */
const output = new StandardStream(1, (error) => {
  if (error.code === 'EPIPE') {
    isClosed = true
    return interruption.abort(EXIT.pipeClosed)
  }
  if (isClosed) return
  isClosed = true
  errors.write(`onpath: cannot write to standard output: ${reasonOf(error)}\n`)
  interruption.abort(EXIT.usage)
  endWith(EXIT.usage)
})
/** Ignores that standard error is closed: results and exit code are the same. */
const errors = new StandardStream(2, () => {})

/** The width of a terminal that does not tell it. */
const DEFAULT_COLUMNS = 80
/** The width of tables in a file or a pipe, which people read in logs and editors. */
const PIPE_COLUMNS = 80

/** Returns whether standard output shows colours, by https://no-color.org and https://force-color.org. */
function hasColor(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return output.terminal !== null && TERM !== 'dumb'
}

/** The connection to the process. No other file uses it. */
const io: Io = {
  out: (text) => isClosed || output.write(text),
  err: (text) => errors.write(text),
  command: (text) => errors.write(text),
  readStdin,
  ask: errors.terminal !== null && isTerminal(0) ? ask : null,
  hasColor: hasColor(),
  columns: output.terminal !== null ? output.terminal.columns || DEFAULT_COLUMNS : null,
  pipeColumns: PIPE_COLUMNS,
  terminal: errors.terminal,
  listenForInterruption,
  isDebugging: Boolean(process.env.ONPATH_DEBUG),
  environment: (name) => process.env[name],
  today: () => new Date().toISOString().slice(0, '2027-03-01'.length),
}

/** Returns whether a file descriptor is a terminal. It opens no stream for it, which takes longer. */
function isTerminal(descriptor: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(descriptor)
}

function listenForInterruption(): AbortSignal {
  process.once('SIGINT', () => interruption.abort(EXIT.interrupted))
  process.once('SIGTERM', () => interruption.abort(EXIT.terminated))
  return interruption.signal
}

/**
 * Asks a question on the terminal. The end of the input counts as an empty answer. It loads modules without `import`,
 * which code that was compiled earlier does not have (`bin/start.js`).
 */
async function ask(question: string): Promise<string> {
  const { createInterface } = process.getBuiltinModule('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    lines.on('SIGINT', () => process.exit(EXIT.interrupted))
    lines.on('close', () => resolve(''))
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  const { decodeText } = await import('../disk/decode-text.ts')
  return decodeText(Buffer.concat(chunks))
}

/** Sets the exit code, unless a worse one is set. */
function endWith(code: ExitCode): void {
  exitCodes.push(code)
  process.exitCode = mostSevere(exitCodes)
}

onpath(process.argv.slice(2), io).then(endWith)
