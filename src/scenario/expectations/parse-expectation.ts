import { isNameOf, namesOf } from '../../engine/registry.ts'
import type { AttackExpectation, Expectation } from '../../measure/expectation.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { DURATION, RATE } from '../../values/units.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import { type LineReader, readLine } from './line-reader.ts'
import { ATTACK_LINES } from './parse-attack-expectation.ts'
import type { ExpectationLine, WrittenExpectation } from './written-expectation.ts'

const STATISTICS = ['min', 'p50', 'p95', 'p99', 'max', 'mean'] as const

/** The lines of `expect`, by their first words. */
const LINES = {
  latency: plain('latency(WORKLOAD) p50 < 120ms', (reader) => {
    const workload = reader.nameOf('a workload')
    const statistic = reader.oneOf('a statistic', STATISTICS)
    const comparison = reader.comparison()
    return { kind: 'latency', text: reader.text, workload, statistic, comparison, boundNs: reader.quantity(DURATION) }
  }),
  throughput: plain('throughput(WORKLOAD) > 80Mbps', (reader) => {
    const workload = reader.nameOf('a workload')
    const comparison = reader.comparison()
    return { kind: 'throughput', text: reader.text, workload, comparison, boundBps: reader.quantity(RATE) }
  }),
  failed: plain('failed(WORKLOAD) = 0', (reader) => {
    const workload = reader.nameOf('a workload')
    const comparison = reader.comparison()
    return { kind: 'failed', text: reader.text, workload, comparison, bound: reader.count() }
  }),
  workload: plain('workload(WORKLOAD) digest 53de64a7', (reader) => {
    const workload = reader.nameOf('a workload')
    reader.oneOf('the word digest', ['digest'])
    return { kind: 'digest', text: reader.text, workload, prefix: reader.digest() }
  }),
  node: plain('node(NODE) ready', readNode),
  digest: plain('digest 53de64a7', (reader) => ({
    kind: 'digest',
    text: reader.text,
    workload: null,
    prefix: reader.digest(),
  })),
  ...ATTACK_LINES,
} satisfies Readonly<Record<string, ExpectationLine>>

/** Reads one line of `expect`. Reports a mistake in it at `place`, and returns null. */
export function readExpectation(text: string, place: TreePath, findings: Findings): WrittenExpectation | null {
  return readLine(text, LINES.latency.form, read, place, findings)
}

function read(reader: LineReader): WrittenExpectation {
  const subject = reader.read('a kind of expectation')
  const kind = subject.text
  if (!isNameOf(LINES, kind)) {
    const forms = Object.values(LINES).map(({ form }) => form)
    const hint = () => didYouMean(kind, namesOf(LINES)) ?? `the forms are ${forms.join('; ')}`
    return reader.fail(subject, 'bad-expectation', `there is no expectation ${kind}`, hint)
  }
  reader.form = LINES[kind].form
  return LINES[kind].read(reader)
}

/** Makes a line without names that a scenario has to declare elsewhere. */
function plain(form: string, read: (reader: LineReader) => PlainExpectation): ExpectationLine {
  return { form, read: (reader) => ({ expectation: read(reader), words: {} }) }
}

type PlainExpectation = Exclude<Expectation, AttackExpectation>

function readNode(reader: LineReader): PlainExpectation {
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
