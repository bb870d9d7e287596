type Values = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

/** The rows for which a column has room at first. */
const FIRST_ROWS = 1_024

/** A column of numbers that grows by doubling. */
export class Column<Kind extends Values> {
  readonly #make: new (
    rows: number,
  ) => Kind
  #values: Kind
  length = 0

  constructor(make: new (rows: number) => Kind) {
    this.#make = make
    this.#values = new make(FIRST_ROWS)
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new this.#make(2 * this.length)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.length++] = value
  }

  get(row: number): number {
    return this.#values[row]
  }

  set(row: number, value: number): void {
    this.#values[row] = value
  }

  /** Returns its numbers, in memory of their own. */
  numbers(): Kind {
    return this.#values.slice(0, this.length) as Kind
  }
}
