import { relative } from 'node:path'
import { originalOf } from './mutants.mjs'

const LONGEST_TEXT = 300

/** Returns the score of each folder as text, and the lowest. */
export function scoresOf(draws, results) {
  const lines = []
  let lowestPercent = 100
  for (const { folder, of, mutants } of draws) {
    const own = results.filter(({ fileName }) => relative(process.cwd(), fileName).startsWith(`${folder}/`))
    const survivors = own.filter(hasSurvived)
    const tested = own.filter(({ status }) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status)).length
    const killed = tested - survivors.length
    const { low, high } = interval(killed, tested)
    const percent = tested === 0 ? 0 : (100 * killed) / tested
    lowestPercent = Math.min(lowestPercent, percent)
    const sampled = mutants.length < of ? `, 95 % interval ${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)} %` : ''
    lines.push(`${folder}: ${percent.toFixed(1)} % (${killed} of ${tested} noticed, of ${of} mutants${sampled})`)
  }
  return { text: lines.join('\n'), lowestPercent }
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
