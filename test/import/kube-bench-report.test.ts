import { describe, expect, test } from 'vitest'
import { readKubeBench } from '../../src/import/scanners/kube-bench-report.ts'

/** A report with these results, one a line, from line 3 on. */
function report(results: readonly object[], version = 'cis-1.11'): string {
  const head = `{"Controls": [{"id": "1", "version": "${version}", "node_type": "master",\n "tests": [{"section": "1.2", "results": [\n`
  return `${head}${results.map((result) => JSON.stringify(result)).join(',\n')}\n]}]}], "Totals": {"total_pass": 1}}\n`
}

const PASS = { test_number: '1.2.5', test_desc: 'x', status: 'PASS' }

function summary(text: string) {
  const { results, others, problems, unknown } = readKubeBench(text, 'kb.json')
  return {
    results: results.map(({ id, status, flag, at }) => `${id} ${status} ${flag} ${at.line}`),
    others,
    unknown,
    problems: problems.map(({ at, message }) => `${at.line}: ${message}`),
  }
}

const NONE = { PASS: 0, FAIL: 0, WARN: 0, INFO: 0 }

describe('a report of kube-bench', () => {
  test('a report of kube-bench has the results about relevant flags, with their lines, and counts the others', () => {
    const results = [PASS, { test_number: '1.1.1', status: 'FAIL' }, { test_number: '1.2.1', status: 'WARN' }]
    expect(summary(report(results))).toEqual({
      results: ['1.2.5 PASS kubelet-certificate-authority 3', '1.2.1 WARN anonymous-auth 5'],
      others: { ...NONE, FAIL: 1 },
      unknown: [],
      problems: [],
    })
  })

  test('a report of kube-bench is read as several controls, and as a list as older releases print it', () => {
    const { Controls } = JSON.parse(report([PASS]))
    const two = `${JSON.stringify(Controls[0])}\n${JSON.stringify(Controls[0])}`
    expect(summary(two).results).toEqual([1, 2].map((line) => `1.2.5 PASS kubelet-certificate-authority ${line}`))
    expect(summary(JSON.stringify(Controls)).results).toEqual(['1.2.5 PASS kubelet-certificate-authority 1'])
  })

  test('check numbers of kube-bench depend on the benchmark: 1.2.6 differs in cis-1.6 and cis-1.11', () => {
    const results = [{ test_number: '1.2.6', status: 'FAIL' }]
    expect(summary(report(results, 'cis-1.6')).results).toEqual(['1.2.6 FAIL kubelet-certificate-authority 3'])
    expect(summary(report(results)).results).toEqual(['1.2.6 FAIL authorization-mode 3'])
  })

  test.each(['cis-1.11.0', 'cis-1.11-hardened'])(
    'a report of kube-bench of a variant (%s) has the numbers of its benchmark',
    (version) => {
      expect(summary(report([PASS], version)).results).toEqual(['1.2.5 PASS kubelet-certificate-authority 3'])
    },
  )

  test('a report of kube-bench is found between the lines of a log, some of which have JSON', () => {
    const log = `W0924 input {"a": 1} is odd\n${report([PASS])}failed to read "{broken"\n`
    expect(summary(log)).toMatchObject({ results: ['1.2.5 PASS kubelet-certificate-authority 4'], problems: [] })
  })

  test('a report of kube-bench with an unknown benchmark says so', () => {
    expect(summary(report([PASS], 'rh-1.0'))).toMatchObject({ results: [], unknown: ['rh-1.0'] })
  })

  test('a report of kube-bench with broken results keeps the others, and names the lines', () => {
    const results = [
      { status: 'PASS' },
      { ...PASS, status: '\u001b[31mEVIL' },
      PASS,
      { test_number: '__proto__', status: 1 },
    ]
    expect(summary(report(results))).toMatchObject({
      results: ['1.2.5 PASS kubelet-certificate-authority 5'],
      problems: [
        '1: a result without test_number, which is left out',
        '4: the status of 1.2.5 is none of PASS, FAIL, WARN, INFO; it is left out',
        '6: the status of a result is none of PASS, FAIL, WARN, INFO; it is left out',
      ],
    })
  })

  test('a report of kube-bench that is truncated, not JSON, or another document is an error with its line', () => {
    expect(summary(report([PASS]).slice(0, 150)).problems).toEqual(['1: the JSON value that begins here does not end'])
    expect(summary('\n\nhello').problems).toEqual(['3: it is not valid JSON here'])
    expect(summary('').problems).toEqual(['1: it has no results of kube-bench; make it with `kube-bench run --json`'])
    expect(summary('{"kind": "Pod"}').problems).toEqual(['1: a control without `tests`, which is left out'])
    expect(summary('[1, null, "x"]').problems).toHaveLength(3)
  })

  test('a report of kube-bench of many megabytes is read up to a limit', () => {
    const many = Array.from({ length: 30_000 }, () => PASS)
    expect(summary(report(many)).results).toHaveLength(20_000)
  })
})
