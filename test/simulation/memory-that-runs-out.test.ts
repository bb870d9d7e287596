import { expect, test } from 'vitest'
import { Arena, OutOfMemory } from '../../src/engine/arena.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const SCENARIO = scenarioOf(`
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 1ms, loss: 1% } }
paths: { web: { from: client, to: server, tls: {} } }
workloads: { visits: { path: web, connection: per-request, requests: 80, concurrency: 40, response: 40KB } }
attackers: { mallory: { on: wan, vantage: inline, plan: [{ at: 5ms, technique: drop, count: 3 }] } }
`)

/** Runs the scenario with a growing of a table that fails, counted from 1. Returns the result, or the error. */
function runWhere(nth: number): { readonly grown: number; readonly outcome: unknown } {
  const { grow } = Arena.prototype
  let grown = 0
  Arena.prototype.grow = function (...given) {
    grown++
    if (grown === nth) throw new OutOfMemory(given[1])
    grow.apply(this, given)
  }
  try {
    return { outcome: run(SCENARIO).result, grown }
  } catch (error) {
    return { outcome: error, grown }
  } finally {
    Arena.prototype.grow = grow
  }
}

test('a run out of memory at the nth growth of a table says so, and the next run has the whole result', () => {
  const { outcome: whole, grown } = runWhere(0)
  expect(grown).toBeGreaterThan(20)
  for (let nth = 1; nth <= grown; nth++) {
    const { outcome } = runWhere(nth)
    expect([nth, outcome]).toEqual([nth, expect.any(BudgetExceeded)])
    expect([nth, outcome]).toMatchObject([nth, { budget: 'memory' }])
  }
  expect(runWhere(0).outcome).toEqual(whole)
})
