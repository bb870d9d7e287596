import type { Comparison, Expectation } from '../measure/expectation.ts'
import { didYouMean } from './did-you-mean.ts'
import type { ProblemCode } from './problem-codes.ts'
import { DURATION, parseQuantity, RATE } from './units.ts'

/** What is wrong with a line, and from where to where in it. */
export interface ExpectationMistake {
  readonly start: number
  readonly end: number
  readonly code: ProblemCode
  readonly message: string
  readonly hint?: string
}

export type ParsedExpectation =
  | { readonly ok: true; readonly value: Expectation }
  | { readonly ok: false; readonly mistake: ExpectationMistake }

const STATISTICS = ['min', 'p50', 'p95', 'p99', 'max', 'mean'] as const
const COMPARISONS: readonly Comparison[] = ['=', '<', '<=', '>=', '>']
const FORMS = {
  latency: 'latency(WORKLOAD) p50 < 120ms',
  throughput: 'throughput(WORKLOAD) > 80Mbps',
  failed: 'failed(WORKLOAD) = 0',
  workload: 'workload(WORKLOAD) digest 53de64a7',
  node: 'node(NODE) ready',
  digest: 'digest 53de64a7',
} as const
const PLANNED = ['secret', 'never', 'verdict', 'exposure']

/** Reads one line of `expect`. Whether workload or node exist, and when a scenario's events begin, is for the caller to see. */
export function parseExpectation(text: string): ParsedExpectation {
  try {
    return { ok: true, value: new LineReader(text).read() }
  } catch (error) {
    if (error instanceof Mistake) return { ok: false, mistake: error.details }
    throw error
  }
}

class Mistake extends Error {
  readonly details: ExpectationMistake

  constructor(details: ExpectationMistake) {
    super(details.message)
    this.details = details
  }
}

interface Word {
  readonly text: string
  readonly start: number
}

class LineReader {
  readonly #text: string
  readonly #words: Word[]
  #next = 0
  #form: string = FORMS.latency

  constructor(text: string) {
    this.#text = text
    this.#words = [...text.matchAll(/[()]|[<>=!]+|[^\s()<>=!]+/g)].map((match) => ({
      text: match[0],
      start: match.index,
    }))
  }

  read(): Expectation {
    const subject = this.#take('what to expect')
    if (PLANNED.includes(subject.text))
      this.#fail(subject, 'not-modelled-yet', `expectations about ${subject.text} are not modelled yet`)
    if (!(subject.text in FORMS) || !Object.hasOwn(FORMS, subject.text)) {
      const hint =
        didYouMean(subject.text, Object.keys(FORMS), PLANNED) ?? `lines look like ${Object.values(FORMS).join('; ')}`
      this.#fail(subject, 'bad-expectation', `nothing to expect is named ${subject.text}`, hint)
    }
    const kind = subject.text as keyof typeof FORMS
    this.#form = FORMS[kind]
    const expectation = this.#readRest(kind)
    const extra = this.#words[this.#next]
    if (extra !== undefined) this.#fail(extra, 'bad-expectation', `nothing follows here, found ${extra.text}`)
    return expectation
  }

  #readRest(kind: keyof typeof FORMS): Expectation {
    const text = this.#text
    if (kind === 'digest') return { kind, text, workload: null, prefix: this.#digest() }
    if (kind === 'node') return this.#node()
    const workload = this.#nameOf('a workload')
    if (kind === 'workload') {
      this.#oneOf('the word digest', ['digest'])
      return { kind: 'digest', text, workload, prefix: this.#digest() }
    }
    if (kind === 'latency') {
      const statistic = this.#oneOf('a statistic', STATISTICS)
      return { kind, text, workload, statistic, comparison: this.#comparison(), boundNs: this.#quantity(DURATION) }
    }
    const comparison = this.#comparison()
    if (kind === 'throughput') return { kind, text, workload, comparison, boundBps: this.#quantity(RATE) }
    return { kind, text, workload, comparison, bound: this.#count() }
  }

  #node(): Expectation {
    const text = this.#text
    const node = this.#nameOf('a node')
    const state = this.#oneOf('what it is', ['ready', 'NotReady'])
    if (state === 'NotReady') {
      this.#form = 'node(NODE) NotReady within 50s'
      this.#oneOf('the word within', ['within'])
      return { kind: 'node-not-ready', text, node, withinNs: this.#quantity(DURATION), sinceNs: 0 }
    }
    const throughout = this.#next < this.#words.length
    if (throughout) this.#oneOf('the word throughout, or nothing', ['throughout'])
    return { kind: 'node-ready', text, node, throughout }
  }

  #nameOf(what: string): string {
    this.#oneOf('(', ['('])
    const name = this.#take(`the name of ${what}`)
    this.#oneOf(')', [')'])
    return name.text
  }

  #comparison(): Comparison {
    return this.#oneOf('a comparison', COMPARISONS)
  }

  #quantity(kind: typeof DURATION): number {
    const word = this.#takeValue(kind.name)
    const parsed = parseQuantity(kind, word.text)
    if (!parsed.ok) this.#fail(word, parsed.code, parsed.message, parsed.hint)
    return parsed.value
  }

  #count(): number {
    const word = this.#take('a count')
    const value = /^\d{1,16}$/.test(word.text) ? Number(word.text) : Number.NaN
    if (!Number.isSafeInteger(value)) this.#fail(word, 'bad-expectation', `expected a count, found ${word.text}`)
    return value
  }

  #digest(): string {
    const word = this.#take('a digest')
    if (!/^[0-9a-f]{8,16}$/.test(word.text))
      this.#fail(word, 'bad-expectation', `expected 8 to 16 hexadecimal digits in lower case, found ${word.text}`)
    return word.text
  }

  /** A number may stand apart from its unit. */
  #takeValue(expected: string): Word {
    const word = this.#take(expected)
    const unit = this.#words[this.#next]
    if (unit === undefined || !/^[\d.]+$/.test(word.text)) return word
    this.#next++
    return { start: word.start, text: this.#text.slice(word.start, unit.start + unit.text.length) }
  }

  #oneOf<const T extends string>(expected: string, words: readonly T[]): T {
    const word = this.#take(expected)
    const found = words.find((candidate) => candidate === word.text)
    if (found !== undefined) return found
    const hint = didYouMean(word.text, words) ?? `write it like ${this.#form}`
    this.#fail(
      word,
      'bad-expectation',
      `expected ${expected}${words.length > 1 ? ` (${words.join(' ')})` : ''}, found ${word.text}`,
      hint,
    )
  }

  #take(expected: string): Word {
    const word = this.#words[this.#next++]
    if (word !== undefined) return word
    this.#fail(
      { text: ' ', start: this.#text.length },
      'bad-expectation',
      `the line ends where ${expected} is expected`,
      `write it like ${this.#form}`,
    )
  }

  #fail(word: Word, code: ProblemCode, message: string, hint?: string): never {
    throw new Mistake({
      start: word.start,
      end: word.start + word.text.length,
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}
