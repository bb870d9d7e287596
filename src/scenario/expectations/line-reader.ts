import type { Comparison } from '../../measure/expectation.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { Hint } from '../../values/parsed.ts'
import { type DURATION, parseQuantity, parseRatio } from '../../values/units.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

/** A mistake in a line, with the offsets of its text. */
interface LineMistake {
  readonly start: number
  readonly end: number
  readonly code: ProblemCode
  readonly message: string
  readonly hint?: Hint
}

/** Reads a whole line. Reports a mistake in it at `place`, and returns null. */
export function readLine<Value>(
  text: string,
  form: string,
  read: (reader: LineReader) => Value,
  place: TreePath,
  findings: Findings,
): Value | null {
  const reader = new LineReader(text, form)
  try {
    const value = read(reader)
    reader.end()
    return value
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    const { start, end, code, message, hint } = error.details
    findings.reportWithin(place, start, end, code, message, hint)
    return null
  }
}

const COMPARISONS: readonly Comparison[] = ['=', '<', '<=', '>=', '>']

class Mistake extends Error {
  readonly details: LineMistake

  constructor(details: LineMistake) {
    super(details.message)
    this.details = details
  }
}

export interface Word {
  readonly text: string
  readonly start: number
}

/** Reads the words of a line in order. A mistake throws, and `readLine` reports it. */
export class LineReader {
  readonly text: string
  /** The form that the line should have, for hints. */
  form: string
  readonly #words: readonly Word[]
  #next = 0

  constructor(text: string, form: string) {
    this.text = text
    this.form = form
    this.#words = [...text.matchAll(/[(),]|[<>=!]+|[^\s(),<>=!]+/g)].map((match) => ({
      text: match[0],
      start: match.index,
    }))
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#words.length
  }

  /** The next word; null at the end of the line. */
  get next(): Word | null {
    return this.#words[this.#next] ?? null
  }

  end(): void {
    const extra = this.#words[this.#next]
    if (extra !== undefined) this.fail(extra, 'bad-expectation', `expected the end of the line, found ${extra.text}`)
  }

  /** Reads the next word if it is `text`. */
  readIf(text: string): boolean {
    if (this.#words[this.#next]?.text !== text) return false
    this.#next++
    return true
  }

  /** Reads a name (one word) or a role (several words). */
  phrase(expected: string): Word {
    const first = this.read(expected)
    const isEnd = (word: Word | undefined) => word === undefined || /^[(),<>=!]+$/.test(word.text)
    if (isEnd(first)) this.fail(first, 'bad-expectation', `expected ${expected}, found ${first.text}`)
    let last = first
    while (!isEnd(this.#words[this.#next])) last = this.#words[this.#next++]
    return { text: this.text.slice(first.start, last.start + last.text.length), start: first.start }
  }

  nameOf(what: string): string {
    this.oneOf('(', ['('])
    const name = this.read(`the name of ${what}`)
    this.oneOf(')', [')'])
    return name.text
  }

  comparison(): Comparison {
    return this.oneOf('a comparison', COMPARISONS)
  }

  quantity(kind: typeof DURATION): number {
    const word = this.#readValue(kind.name)
    const parsed = parseQuantity(kind, word.text)
    if (!parsed.ok) this.fail(word, parsed.code, parsed.message, parsed.hint)
    return parsed.value
  }

  ratio(): number {
    const word = this.#readValue('a ratio')
    const parsed = parseRatio(word.text)
    if (!parsed.ok) this.fail(word, parsed.code, parsed.message, parsed.hint)
    return parsed.value
  }

  count(): number {
    const word = this.read('a count')
    const value = /^\d{1,16}$/.test(word.text) ? Number(word.text) : Number.NaN
    if (!Number.isSafeInteger(value)) this.fail(word, 'bad-expectation', `expected a count, found ${word.text}`)
    return value
  }

  digest(): string {
    const word = this.read('a digest')
    if (!/^[0-9a-f]{8,16}$/.test(word.text))
      this.fail(word, 'bad-expectation', `expected 8 to 16 hexadecimal digits in lower case, found ${word.text}`)
    return word.text
  }

  oneOf<const T extends string>(expected: string, words: readonly T[]): T {
    const word = this.read(expected)
    const found = words.find((candidate) => candidate === word.text)
    if (found !== undefined) return found
    const hint = () =>
      (/^[^(),]/.test(word.text) ? didYouMean(word.text, words) : undefined) ?? `write it like ${this.form}`
    this.fail(
      word,
      'bad-expectation',
      `expected ${expected}${words.length > 1 ? ` (${words.join(' ')})` : ''}, found ${word.text}`,
      hint,
    )
  }

  read(expected: string): Word {
    const word = this.#words[this.#next++]
    if (word !== undefined) return word
    this.fail(
      { text: ' ', start: this.text.length },
      'bad-expectation',
      `expected ${expected}, found the end of the line`,
      `write it like ${this.form}`,
    )
  }

  fail(word: Word, code: ProblemCode, message: string, hint?: Hint): never {
    throw new Mistake({
      start: word.start,
      end: word.start + word.text.length,
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
    })
  }

  /** Reads a value whose number and unit may be two words. */
  #readValue(expected: string): Word {
    const word = this.read(expected)
    const unit = this.#words[this.#next]
    if (unit === undefined || !/^[\d.]+$/.test(word.text)) return word
    this.#next++
    return { start: word.start, text: this.text.slice(word.start, unit.start + unit.text.length) }
  }
}
