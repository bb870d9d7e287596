import { finish32, hashString32, mix32 } from '../../engine/hash.ts'

/** Bytes in place of what a capture cannot show: ciphertext, keys, signatures, random numbers. */
export class Filler {
  private readonly key: number

  /** `name` identifies the bytes: equal names give equal bytes. */
  constructor(name: string) {
    this.key = hashString32(name, 3)
  }

  /** Returns the byte at an offset. It does not depend on how the bytes are divided into packets. */
  byteAt(offset: number): number {
    return (this.wordAt(Math.floor(offset / 4)) >>> (8 * (offset % 4))) & 0xff
  }

  /** Fills `target` from `at` on with the bytes [from, until). */
  fill(target: Uint8Array, at: number, from: number, until: number): void {
    let word = 0
    let known = -1
    for (let offset = from; offset < until; offset++) {
      const index = Math.floor(offset / 4)
      if (index !== known) {
        word = this.wordAt(index)
        known = index
      }
      target[at + offset - from] = word >>> (8 * (offset % 4))
    }
  }

  /** Returns the first `length` bytes. */
  first(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    this.fill(bytes, 0, 0, length)
    return bytes
  }

  private wordAt(index: number): number {
    return finish32(mix32(mix32(this.key, index), Math.floor(index / 0x1_0000_0000)))
  }
}

/** Returns the first `length` bytes of the filler with this name. */
export function fillerOf(name: string, length: number): Uint8Array {
  return new Filler(name).first(length)
}

const LETTERS = 'etaoinshrdlu etaoin shrdlu lorem'

/**
 * Fills `target` with readable text in lines of 64 characters. It stands for plaintext of which only the size is known.
 */
export function fillText(name: string, target: Uint8Array, at: number, from: number, until: number): void {
  const filler = new Filler(name)
  for (let offset = from; offset < until; offset++) {
    const isLineEnd = offset % 64 === 63
    target[at + offset - from] = isLineEnd ? 0x0a : LETTERS.charCodeAt(filler.byteAt(offset) % LETTERS.length)
  }
}
