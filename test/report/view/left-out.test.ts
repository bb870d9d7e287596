import { expect, test } from 'vitest'
import { runWhole } from '../../../src/cli/simulation/run-whole.ts'
import { htmlReport } from '../../../src/report/html/html-report.ts'
import { viewReport } from '../../../src/report/view/view-report.ts'
import { takeAllTurns } from '../../../src/simulation/run.ts'
import { scenarioOf } from '../../fixtures/simulations.ts'

const PATHS = ['a', 'b', 'c', 'd', 'e', 'f']

/** Six paths whose requests carry much, in clear, and an attacker who reads each. */
const SCENARIO = `
version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 1ms, rate: 100Mbps } }
paths: { ${PATHS.map((path) => `${path}: { from: client, to: server }`).join(', ')} }
workloads: { ${PATHS.map((path) => `w-${path}: { path: ${path}, requests: 1, response: 60KB }`).join(', ')} }
attackers: { eve: { vantage: passive, on: wire, plan: [${PATHS.map((path) => `{ technique: eavesdrop, path: ${path} }`).join(', ')}] } }
`

function reportWith(change: (details: ReturnType<typeof detailsOf>) => ReturnType<typeof detailsOf>) {
  const scenario = scenarioOf(SCENARIO)
  const { result, history, details } = runOf(scenario)
  const reproduction = { version: '0', commands: [], scenarioText: '' }
  return viewReport({ scenario, result, history, details: change(details), tolerances: [], reproduction })
}

function runOf(scenario: ReturnType<typeof scenarioOf>) {
  const { result, history, details } = takeAllTurns(runWhole(scenario, { captures: [], isForReport: true }, {}))
  if (history === undefined || details === undefined) throw new Error('no history')
  return { result, history, details }
}

function detailsOf(scenario: ReturnType<typeof scenarioOf>) {
  return runOf(scenario).details
}

test('a report says how many busy paths it shows no connection of', () => {
  const view = reportWith((details) => details)
  expect([view.connections.length, view.connectionsLeftOut]).toEqual([4, 2])
  expect(htmlReport(view, () => 'hash')).toContain('2 further paths left out.')
})

test('a report counts evidence packets around which it shows no messages, and mentions none if it shows all', () => {
  expect(reportWith((details) => details).attacks?.storiesLeftOut).toBe(0)
  const told = reportWith((details) => ({ ...details, stories: details.stories.slice(0, 1) })).attacks
  const packets = told?.rows.flatMap(({ cells }) =>
    cells.flatMap((cell) => cell?.verdicts ?? []).flatMap((v) => v.evidence),
  )
  const named = new Set(packets?.flatMap(({ packet }) => (packet === null ? [] : [packet.serial])))
  expect(named.size).toBeGreaterThan(1)
  expect(told?.storiesLeftOut).toBe(named.size - 1)
})
