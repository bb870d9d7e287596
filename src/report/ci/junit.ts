import { visibleLines } from '../../scenario/problems/visible.ts'
import type { CiFile } from './ci-output.ts'
import type { GateReport, Judgement } from './gate-report.ts'

/** JUnit XML in the dialect of Jenkins: a test suite for each scenario, a test case for each judgement. */
export const junit: CiFile = {
  kind: 'file',
  meaning: 'also write what was judged to this file, as JUnit XML',
  content:
    'JUnit XML: a test case for each expectation, each finding, and each path without one. Accepted ones are skipped, with the reason.',
  isOurs: (start) => start.includes('<testsuites name="onpath"'),
  write: junitXml,
}

function junitXml(reports: readonly GateReport[]): string {
  const all = reports.flatMap(({ judgements }) => judgements)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="onpath" tests="${all.length}" failures="${count(all, 'failed')}" errors="${count(all, 'error')}">`,
    ...reports.flatMap(suite),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite({ scenario, file, judgements }: GateReport): string[] {
  const counts = {
    tests: judgements.length,
    failures: count(judgements, 'failed'),
    errors: count(judgements, 'error'),
    skipped: count(judgements, 'accepted'),
  }
  return [
    `  <testsuite${attributes({ name: scenario, ...counts, file })}>`,
    ...judgements.flatMap((one) => testCase(one, scenario)),
    '  </testsuite>',
  ]
}

function count(judgements: readonly Judgement[], status: Judgement['status']): number {
  return judgements.filter((one) => one.status === status).length
}

const ELEMENTS = { failed: 'failure', error: 'error', accepted: 'skipped' } as const

function testCase({ name, status, rule, message, details, place }: Judgement, scenario: string): string[] {
  const head = `    <testcase${attributes({ name, classname: `onpath.${scenario}` })}`
  if (status === 'passed') return [`${head}/>`]
  const element = ELEMENTS[status]
  const body = [message, ...details, `${place.file}:${place.line}`].join('\n')
  return [
    `${head}>`,
    `      <${element}${attributes({ type: rule.id, message })}>${escaped(body)}</${element}>`,
    '    </testcase>',
  ]
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('')
}

/** Characters that XML 1.0 cannot represent (section 2.2, Char), including lone surrogates. */
const UNWRITABLE = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/**
 * Escapes a text for XML. Control characters and marks that reverse text become visible. Characters that XML cannot
 * represent become U+FFFD.
 */
function escaped(text: string): string {
  return visibleLines(text, false)
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>"']/g, (found) => ENTITIES[found])
}
