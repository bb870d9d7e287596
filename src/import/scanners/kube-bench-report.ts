import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { type Benchmark, benchmarkNamed, cisNumberOfProxy, numberIn } from '../../cluster/flags/cis-benchmark.ts'
import { type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { describeKubeBench } from '../../cluster/flags/kube-bench-test.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import type { ScannerReport, ScannerResult } from '../../measure/scanner-result.ts'
import type { Place } from '../origin.ts'

/** A report of kube-bench (`--json`), and the faults found in it. */
export interface KubeBenchReport extends ScannerReport {
  readonly problems: readonly { readonly at: Place; readonly message: string }[]
}

/** The most results in a report. The largest benchmark has 130 for each of a few kinds of nodes. */
const MAX_RESULTS = 20_000

const STATES: readonly string[] = ['PASS', 'FAIL', 'WARN', 'INFO']

/**
 * Reads a report of kube-bench (check/controls.go, OverallControls): an object with `Controls`, a list of controls, or
 * one control after another, as older releases print them. It never throws. Broken parts are left out and reported.
 */
export function readKubeBench(text: string, file: string): KubeBenchReport {
  return new ReportReader(text, file).read()
}

class ReportReader {
  readonly #text: string
  readonly #file: string
  readonly #results: ScannerResult[] = []
  readonly #problems: { at: Place; message: string }[] = []
  readonly #others = { PASS: 0, FAIL: 0, WARN: 0, INFO: 0 }
  readonly #unknown = new Set<string>()
  /** The lines of the results, in order. */
  readonly #lines: readonly number[]
  #read = 0

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
    this.#lines = linesOf(text, /(?<!\\)"test_number"\s*:/g)
  }

  read(): KubeBenchReport {
    for (const { start, end } of valuesIn(this.#text)) {
      if (end === null) {
        this.#report(start, 'the JSON value that begins here does not end')
        break
      }
      this.#readValue(start, end)
    }
    const first = startOfValue(this.#text, 0) === null ? this.#text.search(/\S/) : -1
    if (first >= 0) this.#report(first, 'it is not valid JSON here')
    if (this.#read === 0 && this.#problems.length === 0)
      this.#report(0, 'it has no results of kube-bench; make it with `kube-bench run --json`')
    return {
      file: this.#file,
      results: this.#results,
      others: this.#others,
      unknown: [...this.#unknown],
      problems: this.#problems,
    }
  }

  #readValue(start: number, end: number): void {
    try {
      this.#readControls(JSON.parse(this.#text.slice(start, end)), start)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      const offset = Number(/position (\d+)/.exec(error.message)?.[1] ?? 0)
      this.#report(start + offset, 'it is not valid JSON here')
    }
  }

  #readControls(value: unknown, offset: number): void {
    const list = Array.isArray(value) ? value : (listAt(value, 'Controls') ?? [value])
    for (const control of list) {
      const groups = listAt(control, 'tests')
      if (groups === null) {
        this.#report(offset, 'a control without `tests`, which is left out')
        continue
      }
      const name = textAt(control, 'version') ?? ''
      for (const group of groups) this.#readResults(listAt(group, 'results') ?? [], name)
    }
  }

  #readResults(results: readonly unknown[], name: string): void {
    const benchmark = benchmarkNamed(name)
    if (benchmark === null && results.length > 0) this.#unknown.add(name)
    for (const result of results) {
      if (this.#read >= MAX_RESULTS) return
      const number = textAt(result, 'test_number')
      const line = number === null ? 1 : (this.#lines[this.#read] ?? 1)
      if (number !== null) this.#read++
      const at = { file: this.#file, line }
      const status = stateOf(textAt(result, 'status'))
      if (number === null || status === null)
        this.#problems.push({
          at,
          message:
            number === null
              ? 'a result without test_number, which is left out'
              : `the status of ${visibleNumber(number)} is none of ${STATES.join(', ')}; it is left out`,
        })
      else this.#add(number, status, benchmark, at)
    }
  }

  #add(number: string, status: ScannerResult['status'], benchmark: Benchmark | null, at: Place): void {
    const known = benchmark === null ? [] : checksOf(number, benchmark)
    if (known.length === 0) this.#others[status]++
    for (const check of known) this.#results.push({ ...check, status, at })
  }

  #report(offset: number, message: string): void {
    const line = this.#text.slice(0, offset).split('\n').length
    this.#problems.push({ at: { file: this.#file, line }, message })
  }
}

function checksOf(number: string, benchmark: Benchmark): readonly Omit<ScannerResult, 'status' | 'at'>[] {
  const shared = {
    tool: 'kube-bench',
    benchmark: benchmark.name,
    id: number,
    machine: '',
    weakness: null,
    isReported: true,
  } as const
  const of = (program: 'kube-apiserver' | 'kubelet', flags: Flags) =>
    flagsOf(flags).flatMap(([, flag]) =>
      (flag.cis ?? []).flatMap((check) =>
        numberIn(check, benchmark)?.number === number
          ? [{ ...shared, program, flag: flag.name, about: check.about ?? null, asks: describeKubeBench(check.test) }]
          : [],
      ),
    )
  const proxy =
    cisNumberOfProxy(benchmark) === number
      ? [
          {
            ...shared,
            program: 'RBAC',
            flag: 'nodes/proxy',
            about: null,
            asks: 'nothing: people have to review it',
          } as const,
        ]
      : []
  return [...of('kube-apiserver', APISERVER_FLAGS), ...of('kubelet', KUBELET_FIELDS), ...proxy]
}

function stateOf(text: string | null): ScannerResult['status'] | null {
  switch (text) {
    case 'PASS':
    case 'FAIL':
    case 'WARN':
    case 'INFO':
      return text
    default:
      return null
  }
}

/**
 * Returns the number of a check in a form that is safe to show, because a report can contain any text in its place.
 */
function visibleNumber(number: string): string {
  return /^[\d.]{1,20}$/.test(number) ? number : 'a result'
}

function listAt(value: unknown, key: string): readonly unknown[] | null {
  const found = fieldOf(value, key)
  return Array.isArray(found) ? found : null
}

function textAt(value: unknown, key: string): string | null {
  const found = fieldOf(value, key)
  return typeof found === 'string' ? found : null
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}

/** Finds the JSON objects and lists that follow each other in a text. The end is null for an unfinished one. */
function* valuesIn(text: string): Generator<{ readonly start: number; readonly end: number | null }> {
  for (let at = 0; at < text.length; ) {
    const start = startOfValue(text, at)
    if (start === null) return
    const end = endOfValue(text, start)
    yield { start, end }
    if (end === null) return
    at = end
  }
}

/**
 * Returns the start of the next object or list; null for none. Log lines in between, as in `kubectl logs`, are skipped.
 */
function startOfValue(text: string, at: number): number | null {
  const found = /^\s*(?=[[{])/m.exec(text.slice(at))
  return found === null ? null : at + found.index + found[0].length
}

/** Returns the offset after the value that begins at `start`; null if it does not end. */
function endOfValue(text: string, start: number): number | null {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const character = text[i]
    if (character === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
    } else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return i + 1
  }
  return null
}

/** Returns the line of each match. */
function linesOf(text: string, pattern: RegExp): readonly number[] {
  let line = 1
  let at = 0
  return [...text.matchAll(pattern)].map(({ index }) => {
    for (; at < index; at++) if (text.charCodeAt(at) === 0x0a) line++
    return line
  })
}
