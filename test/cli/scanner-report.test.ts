import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readScannerReport } from '../../src/cli/input/read-scanner-report.ts'
import { anIo } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const KNOWN = { test_number: '1.2.5', status: 'PASS' }
const OTHER = { test_number: '1.1.1', status: 'FAIL' }
const BROKEN = { status: 'PASS' }

/** Reads a report of kube-bench with these results, and returns it with what is said about it. */
function read(...results: readonly object[]) {
  const text = JSON.stringify({ Controls: [{ version: 'cis-1.11', tests: [{ results }] }] })
  const path = join(aFolder({ 'kb.json': text }), 'kb.json')
  const { io, printed } = anIo()
  const report = readScannerReport(path, io)
  return { report, said: printed.err.replaceAll(path, 'kb.json') }
}

describe('a report of kube-bench that a check reads', () => {
  test('a report of kube-bench is used by check if it has any result, relevant or not', () => {
    const { report, said } = read(KNOWN)
    expect([report.results.map(({ id }) => id), said]).toEqual([['1.2.5'], ''])
    expect(read(OTHER).report).toMatchObject({ results: [], others: { FAIL: 1 } })
    expect(read(KNOWN)).not.toHaveProperty('report.problems')
  })

  test('a report of kube-bench without results is refused, and the message says what is wrong', () => {
    expect(() => read()).toThrow(/^--kube-bench: .*kb\.json:1: it has no results of kube-bench/)
    expect(() => read(BROKEN)).toThrow(/^--kube-bench: .*kb\.json:1: /)
  })

  test.each([
    { broken: 1, shown: 1, rest: [] },
    { broken: 20, shown: 20, rest: [] },
    { broken: 21, shown: 20, rest: ['and 1 more'] },
  ])('the first twenty problems of a report of kube-bench are shown: $broken', ({ broken, shown, rest }) => {
    const { said } = read(KNOWN, ...Array<object>(broken).fill(BROKEN))
    const lines = said.split('\n')
    expect(lines.slice(0, shown)).toEqual(Array(shown).fill(expect.stringMatching(/^kb\.json:1: ./)))
    expect(lines.slice(shown)).toEqual([...rest, '', ''])
  })
})
