const encoder = new TextEncoder()

/** Writes numbers and texts in network byte order into a buffer that grows. */
export class ByteWriter {
  private buffer = new Uint8Array(256)
  private used = 0

  get length(): number {
    return this.used
  }

  /** Writes a number as `octets` octets. */
  number(value: number, octets: number): this {
    const at = this.reserve(octets)
    let rest = value
    for (let i = octets - 1; i >= 0; i--) {
      this.buffer[at + i] = rest & 0xff
      rest = Math.floor(rest / 256)
    }
    return this
  }

  bytes(bytes: ArrayLike<number>): this {
    const at = this.reserve(bytes.length)
    this.buffer.set(bytes, at)
    return this
  }

  text(text: string): this {
    return this.bytes(encoder.encode(text))
  }

  /** Writes a vector: its length in `octets` octets, then the bytes that `write` writes. */
  vector(octets: number, write: (inside: this) => void): this {
    const at = this.reserve(octets)
    write(this)
    let rest = this.used - at - octets
    for (let i = octets - 1; i >= 0; i--) {
      this.buffer[at + i] = rest & 0xff
      rest = Math.floor(rest / 256)
    }
    return this
  }

  /** Returns the bytes written so far. */
  take(): Uint8Array {
    return this.buffer.slice(0, this.used)
  }

  private reserve(octets: number): number {
    const at = this.used
    this.used += octets
    if (this.used > this.buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.used))
      larger.set(this.buffer)
      this.buffer = larger
    }
    return at
  }
}
