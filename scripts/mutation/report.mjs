import { relative } from 'node:path'
import { originalOf } from './mutants.mjs'

const LONGEST_TEXT = 300

/** The states of mutants that were tested. One that does not load, or was not drawn, is no change. */
const TESTED = ['Killed', 'Timeout', 'Survived', 'NoCoverage']

/** Returns whether tests could notice a mutant. */
export function isTested({ status }) {
  return TESTED.includes(status)
}

/** Returns the share of mutants that a test noticed, in per cent and as text. */
export function scoreOf(results, { drawn, total }) {
  const tested = results.filter(isTested)
  const noticed = tested.filter((mutant) => !hasSurvived(mutant)).length
  const percent = tested.length === 0 ? 0 : (100 * noticed) / tested.length
  const { low, high } = interval(noticed, tested.length)
  const range = drawn < total ? `; 95 % interval ${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)} %` : ''
  const text = `${percent.toFixed(1)} % (${noticed} of ${tested.length} mutants noticed, of ${total}${range})`
  return { percent, text }
}

/** Returns whether no test noticed a mutant. */
export function hasSurvived({ status }) {
  return status === 'Survived' || status === 'NoCoverage'
}

/** Describes a survivor: its place, the change, and the tests that ran it. */
export function describe(mutant) {
  const { fileName, location, mutatorName, replacement, coveredBy = [], coveredByTests = coveredBy } = mutant
  const files = [...new Set(coveredByTests.map((test) => test.split('#')[0]))]
  const { line, column } = location.start
  return [
    `${relative(process.cwd(), fileName)}:${line}:${column} ${mutatorName}`,
    `  - ${shorten(originalOf({ fileName, location: fromZero(location) }))}`,
    `  + ${shorten(replacement)}`,
    mutant.status === 'NoCoverage'
      ? '  no test runs it'
      : `  ${mutant.static ? 'all tests' : `${coveredByTests.length} tests`} ran it${files.length > 0 ? `: ${files.slice(0, 6).join(', ')}` : ''}`,
  ].join('\n')
}

function fromZero({ start, end }) {
  return {
    start: { line: start.line - 1, column: start.column - 1 },
    end: { line: end.line - 1, column: end.column - 1 },
  }
}

function shorten(text) {
  const one = text.replace(/\s+/g, ' ')
  return one.length > LONGEST_TEXT ? `${one.slice(0, LONGEST_TEXT)}...` : one
}

/** Returns Wilson's interval for a proportion, at 95 %. */
function interval(hits, of) {
  if (of === 0) return { low: 0, high: 1 }
  const z = 1.96
  const p = hits / of
  const centre = (p + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))
  return { low: centre - half, high: centre + half }
}
