import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { SealedKind, Seal as Sealing } from '../../study/sweep/seal.ts'
import { sha256 } from '../sha256.ts'

/**
 * Seals the texts that go through a queue. With a secret, a seal is an HMAC-SHA-256 (RFC 2104), which only those who
 * have the secret can make. Without one it is a SHA-256, which shows damage only.
 */
export class Seal implements Sealing {
  readonly sha256 = sha256
  readonly #secret: string | null

  constructor(secret: string | null) {
    this.#secret = secret
  }

  /** Returns the seal of a text, in hexadecimal digits. */
  of(kind: SealedKind, text: string): string {
    const hash = this.#secret === null ? createHash('sha256') : createHmac('sha256', this.#secret)
    return hash.update(`onpath ${kind}\n`).update(text).digest('hex')
  }

  isOf(kind: SealedKind, text: string, seal: string): boolean {
    const [expected, given] = [this.of(kind, text), seal].map((digits) => Buffer.from(digits))
    return expected.length === given.length && timingSafeEqual(expected, given)
  }
}
