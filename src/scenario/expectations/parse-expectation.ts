import type { AttackExpectation, Expectation } from '../../measure/expectation.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { DURATION, RATE } from '../../values/units.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import { type LineReader, readLine } from './line-reader.ts'
import { ATTACK_FORMS, type AttackSubject, readAttackExpectation } from './parse-attack-expectation.ts'
import type { WrittenExpectation } from './written-expectation.ts'

const FORMS = {
  latency: 'latency(WORKLOAD) p50 < 120ms',
  throughput: 'throughput(WORKLOAD) > 80Mbps',
  failed: 'failed(WORKLOAD) = 0',
  workload: 'workload(WORKLOAD) digest 53de64a7',
  node: 'node(NODE) ready',
  digest: 'digest 53de64a7',
  ...ATTACK_FORMS,
} as const
const STATISTICS = ['min', 'p50', 'p95', 'p99', 'max', 'mean'] as const

/** Reads one line of `expect`. Reports a mistake in it at `place`, and returns null. */
export function readExpectation(text: string, place: TreePath, findings: Findings): WrittenExpectation | null {
  return readLine(text, FORMS.latency, read, place, findings)
}

function read(reader: LineReader): WrittenExpectation {
  const subject = reader.read('a kind of expectation')
  if (!Object.hasOwn(FORMS, subject.text)) {
    const hint = () =>
      didYouMean(subject.text, Object.keys(FORMS)) ?? `the forms are ${Object.values(FORMS).join('; ')}`
    reader.fail(subject, 'bad-expectation', `there is no expectation ${subject.text}`, hint)
  }
  const kind = subject.text as keyof typeof FORMS
  reader.form = FORMS[kind]
  if (Object.hasOwn(ATTACK_FORMS, kind)) return readAttackExpectation(kind as AttackSubject, reader)
  return { expectation: readPlain(kind as PlainSubject, reader), words: {} }
}

type PlainSubject = Exclude<keyof typeof FORMS, AttackSubject>

function readPlain(kind: PlainSubject, reader: LineReader): Exclude<Expectation, AttackExpectation> {
  const { text } = reader
  if (kind === 'digest') return { kind, text, workload: null, prefix: reader.digest() }
  if (kind === 'node') return readNode(reader)
  const workload = reader.nameOf('a workload')
  if (kind === 'workload') {
    reader.oneOf('the word digest', ['digest'])
    return { kind: 'digest', text, workload, prefix: reader.digest() }
  }
  if (kind === 'latency') {
    const statistic = reader.oneOf('a statistic', STATISTICS)
    return { kind, text, workload, statistic, comparison: reader.comparison(), boundNs: reader.quantity(DURATION) }
  }
  const comparison = reader.comparison()
  if (kind === 'throughput') return { kind, text, workload, comparison, boundBps: reader.quantity(RATE) }
  return { kind, text, workload, comparison, bound: reader.count() }
}

function readNode(reader: LineReader): Exclude<Expectation, AttackExpectation> {
  const { text } = reader
  const node = reader.nameOf('a node')
  const state = reader.oneOf('a state', ['ready', 'NotReady'])
  if (state === 'NotReady') {
    reader.form = 'node(NODE) NotReady within 50s'
    reader.oneOf('the word within', ['within'])
    return { kind: 'node-not-ready', text, node, withinNs: reader.quantity(DURATION), sinceNs: 0 }
  }
  const throughout = !reader.isAtEnd
  if (throughout) reader.oneOf('the word throughout, or nothing', ['throughout'])
  return { kind: 'node-ready', text, node, throughout }
}
