import { fstatSync, statSync, writeSync } from 'node:fs'

/** The bytes for which a pipe that nobody reads has room, on Linux. */
const PIPE_BYTES = 64 << 10

/**
 * Standard output or standard error. Texts for a file, a pipe or the null device are written at once, without Node's
 * streams, which take milliseconds to load. Others, and those for which a pipe may have no room, go through Node's
 * stream: a process that waits in a call of the system handles no signals. What is written to a file never does, since
 * that stream takes a part of a text that found room for all of it.
 */
export class StandardStream {
  readonly #descriptor: 1 | 2
  readonly #onError: (error: NodeJS.ErrnoException) => void
  #stream: NodeJS.WriteStream | null = null
  /** The bytes that may still be written without waiting. */
  #roomBytes: number

  /** `onError` is called after the call that wrote has returned. */
  constructor(descriptor: 1 | 2, onError: (error: NodeJS.ErrnoException) => void) {
    this.#descriptor = descriptor
    this.#onError = onError
    this.#roomBytes = roomOf(descriptor)
    if (this.#roomBytes === 0) this.#open()
  }

  /** The stream if it is a terminal; otherwise null. */
  get terminal(): NodeJS.WriteStream | null {
    return this.#stream?.isTTY === true ? this.#stream : null
  }

  write(text: string): void {
    if (this.#stream !== null) {
      this.#stream.write(text)
      return
    }
    const bytes = Buffer.from(text)
    this.#roomBytes -= bytes.length
    if (this.#roomBytes < 0) {
      this.#open().write(bytes)
      return
    }
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written)
    } catch (thrown) {
      const error = thrown as NodeJS.ErrnoException
      if (error.code === 'EAGAIN') this.#open().write(bytes.subarray(written))
      else process.nextTick(this.#onError, error)
    }
  }

  #open(): NodeJS.WriteStream {
    const stream = this.#descriptor === 1 ? process.stdout : process.stderr
    stream.on('error', this.#onError)
    this.#stream = stream
    return stream
  }
}

/**
 * Returns the bytes that can be written to a file descriptor without waiting for a reader: none if it may be a terminal.
 * That is told without `node:tty`, which loads sockets: it is a device, and not the null device, or the system does not
 * tell.
 */
function roomOf(descriptor: number): number {
  try {
    const status = fstatSync(descriptor)
    if (status.isFIFO() || status.isSocket()) return PIPE_BYTES
    const isDevice = status.isCharacterDevice() && status.rdev !== statSync('/dev/null').rdev
    return isDevice ? 0 : Number.POSITIVE_INFINITY
  } catch {
    return 0
  }
}
