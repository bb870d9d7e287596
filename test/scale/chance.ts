import { draw32 } from '../../src/engine/streams.ts'

/** Numbers by chance that are the same for the same seed. */
export class Chance {
  readonly #seed: number
  #drawn = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Returns a whole number of at least 0 that is less than `end`. */
  below(end: number): number {
    this.#drawn += 1
    return (draw32(this.#seed, 0x5ca1e, 1, 2, this.#drawn, 0) >>> 0) % Math.max(1, end)
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1)
      ;[shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]]
    }
    return shuffled
  }
}
