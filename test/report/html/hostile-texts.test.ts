import { expect, test } from 'vitest'
import { runWhole } from '../../../src/cli/simulation/run-whole.ts'
import { htmlReport } from '../../../src/report/html/html-report.ts'
import type { ReportView } from '../../../src/report/view/report-view.ts'
import { viewReport } from '../../../src/report/view/view-report.ts'
import { loadScenario } from '../../../src/scenario/load.ts'
import { takeAllTurns } from '../../../src/simulation/run.ts'
import { SMALL_SCENARIO } from '../../fixtures/scenario-text.ts'

const ATTACKED = `${SMALL_SCENARIO}attackers:
  mallory: { on: wire, vantage: inline, plan: [{ technique: relay, path: web }, { technique: drop, path: web, at: 50ms }] }
`

function aView(): ReportView {
  const loaded = loadScenario({ text: ATTACKED, file: 'attacked.yaml' })
  if (!loaded.ok) throw new Error('the scenario is invalid')
  const { scenario } = loaded
  const { result, history, details } = takeAllTurns(runWhole(scenario, { captures: [], isForReport: true }, {}))
  if (history === undefined || details === undefined) throw new Error('no history')
  const reproduction = { version: '1', commands: [{ line: 'onpath', does: 'runs' }], scenarioText: ATTACKED }
  return viewReport({ scenario, result, history, details, tolerances: [], reproduction })
}

/** The fields whose texts are names within the program: they select a class, a mark or a part. */
const OWN = new Set(['level', 'status', 'kind', 'part', 'largest'])

/** Returns a view in which every text is markup that would run a script. */
function withMarkup<Value>(value: Value): Value
function withMarkup(value: unknown): unknown {
  if (typeof value === 'string')
    return value.startsWith('attack-') ? value : `</title></svg><script>x()</script>"'>${value}`
  if (Array.isArray(value)) return value.map((item) => withMarkup(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, OWN.has(key) ? child : withMarkup(child)]),
  )
}

const hash = () => 'hash'

/** Returns the tags of a document, without the values of attributes. */
function tagsOf(html: string): string[] {
  return html.replaceAll(/="[^"]*"/g, '').match(/<\/?[a-z][^<>]*>/gi) ?? []
}

test('a report whose texts are all markup has the same tags as one with harmless texts', () => {
  const view = aView()
  const [harmless, hostile] = [htmlReport(view, hash), htmlReport(withMarkup(view), hash)]
  expect(hostile).toContain('&lt;script&gt;')
  expect(hostile).not.toMatch(/<script/i)
  const kinds = (html: string) => [...new Set(tagsOf(html))].sort()
  expect(kinds(hostile)).toEqual(kinds(harmless))
})

test('texts with characters that reverse or hide text show them', () => {
  const view = aView()
  const html = htmlReport({ ...view, scenario: 'a\u202Eb' }, hash)
  expect(html).toContain('<strong>a\uFFFDb</strong>')
})
