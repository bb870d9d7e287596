import { NS_PER_S } from '../../engine/ticks.ts'
import type { ConnectionMetricName, LinkMetricName } from './metrics.ts'

/**
 * Samples of one end of a TCP connection, or of a link direction. The nth value of each figure belongs to the nth tick.
 */
export type Series = ConnectionSeries | LinkSeries

export interface ConnectionSeries extends Samples<ConnectionMetricName> {
  readonly kind: 'connection'
  /** The host whose end it is. */
  readonly host: string
  /** Its own end and the other end, as this host knows them: `10.0.0.1:49152`. */
  readonly local: string
  readonly remote: string
  /** True if this end dialled. */
  readonly hasDialled: boolean
}

export interface LinkSeries extends Samples<LinkMetricName> {
  readonly kind: 'link'
  /** The link direction, such as `link/wan/forward`. */
  readonly link: string
}

export interface Samples<Name extends string> {
  /** The ticks in ascending order. Samples between two changes are left out, except the first and last of a pause. */
  readonly ticksNs: Float64Array
  /** The values of each figure. NaN means no value yet, and Infinity means no limit. */
  readonly values: Readonly<Record<Name, Float64Array>>
}

const BITS_PER_BYTE = 8

/** Collects the samples of one subject. */
export class Recording<Name extends string> {
  readonly #names: readonly Name[]
  readonly #isRate: readonly boolean[]
  #capacity = 64
  #count = 0
  #ticks = new Float64Array(this.#capacity)
  #columns: Float64Array[]
  /** The byte counts at the previous sample, and its tick. */
  readonly #before: Float64Array
  #beforeTick: number

  /** Rates of the first sample are measured from `sinceTick`, when all counts were `initial` (default 0). */
  constructor(names: readonly Name[], isRate: readonly boolean[], sinceTick: number, initial?: readonly number[]) {
    this.#names = names
    this.#isRate = isRate
    this.#columns = names.map(() => new Float64Array(this.#capacity))
    this.#before = Float64Array.from(names, (_, i) => initial?.[i] ?? 0)
    this.#beforeTick = sinceTick
  }

  get lastTick(): number {
    return this.#count === 0 ? -1 : this.#ticks[this.#count - 1]
  }

  /** The memory that the samples take, in bytes. */
  get bytes(): number {
    return this.#capacity * (this.#names.length + 1) * Float64Array.BYTES_PER_ELEMENT
  }

  add(tick: number, read: (nth: number) => number): void {
    if (this.#count === this.#capacity) this.#grow()
    const spanNs = tick - this.#beforeTick
    this.#ticks[this.#count] = tick
    for (const [i, column] of this.#columns.entries()) {
      const value = read(i)
      column[this.#count] = this.#isRate[i] ? rateBps(value - this.#before[i], spanNs) : value
      this.#before[i] = value
    }
    this.#beforeTick = tick
    this.#count++
  }

  samples(): Samples<Name> {
    const values = Object.fromEntries(this.#names.map((name, i) => [name, this.#columns[i].slice(0, this.#count)]))
    return { ticksNs: this.#ticks.slice(0, this.#count), values: values as Record<Name, Float64Array> }
  }

  #grow(): void {
    this.#capacity *= 2
    const larger = (column: Float64Array) => {
      const copy = new Float64Array(this.#capacity)
      copy.set(column)
      return copy
    }
    this.#ticks = larger(this.#ticks)
    this.#columns = this.#columns.map(larger)
  }
}

function rateBps(bytes: number, spanNs: number): number {
  return spanNs > 0 ? (bytes * BITS_PER_BYTE * NS_PER_S) / spanNs : 0
}
