import { expect, test } from 'vitest'
import { attackAreas } from '../../../src/report/html/charts/attack-area.ts'
import { viewPerformance } from '../../../src/report/view/performance-view.ts'
import { aResult, aWorkload } from '../../fixtures/results.ts'
import { scenarioOf } from '../../fixtures/simulations.ts'

const { blueprint } = scenarioOf(`
version: 1
hosts: { a: {}, b: {}, c: {}, d: {} }
links:
  quiet: { between: [a, b], delay: 1ms }
  busy: { between: [b, c], delay: 1ms }
  owned: { between: [c, d], delay: 1ms }
paths: { web: { from: a, to: d } }
workloads: { get: { path: web, requests: 1 } }
attackers:
  eve: { on: quiet, vantage: passive, plan: [{ technique: eavesdrop, path: web }] }
  root: { on: d, vantage: node, plan: [{ technique: drop, path: web, at: 1s, for: 500ms }] }
`)

const direction = (name: string, bytes: number) => ({ name: `link/${name}/forward`, bytes: Float64Array.of(bytes) })
const HISTORY = {
  workloads: [],
  traffic: { intervalNs: 1e6, directions: [direction('busy', 900), direction('owned', 20), direction('quiet', 10)] },
}

test('the traffic of links in a report shows first those with attackers on them or at an end, then the busiest', () => {
  const { traffic } = viewPerformance(aResult(), blueprint, HISTORY)
  expect(traffic.map(({ link, attackers }) => [link, attackers])).toEqual([
    ['owned', ['root']],
    ['quiet', ['eve']],
    ['busy', []],
  ])
})

test('a chart shades a step that lasts as long as the run more lightly', () => {
  const { windows } = viewPerformance(aResult(), blueprint, HISTORY)
  expect(windows.map(({ attacker, isThroughout }) => [attacker, isThroughout])).toEqual([
    ['eve', true],
    ['root', false],
  ])
  const [throughout, others] = attackAreas(windows, 1.92e9).map(({ markArea }) => markArea)
  expect(others?.data).toEqual([[{ xAxis: 1e9 }, { xAxis: 1.5e9 }]])
  expect(Number(others?.itemStyle?.opacity)).toBeGreaterThan(Number(throughout?.itemStyle?.opacity))
})

test('open watches at the end of a run are not shown as unfinished requests', () => {
  const workloads = [true, false].map((isBackground) => aWorkload({ isBackground, unfinished: 3 }))
  const { workloads: shown } = viewPerformance(aResult({ workloads }), blueprint, HISTORY)
  expect(shown.map(({ unfinished }) => unfinished)).toEqual([0, 3])
})
