import { expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, COMMITTED_SMALL, scenarioOf } from '../fixtures/simulations.ts'

/** Returns the numbers of exchanges that do not send, after each event of a run, and of those that could. */
function atRest(simulation: Simulation) {
  const { exchanges, connections, streams } = simulation.parts.http
  let idle = 0
  let missed = 0
  for (let events = 1; simulation.runUntil(Number.POSITIVE_INFINITY, events) === 'budget'; events++)
    for (const connection of connections.everyRow()) {
      if (connections.lower[connection] === NONE) continue
      let exchange = connections.firstExchange[connection]
      for (; exchange !== NONE; exchange = exchanges.next[exchange]) {
        if (exchanges.isSending[exchange] === 1) continue
        const stream = exchanges.stream[exchange]
        const hasData = streams.table.writtenBytes[stream] > exchanges.sentBytes[exchange]
        const hasMore = hasData || streams.table.hasFinished[stream] === 1
        idle++
        if (exchanges.awaitsRoom[exchange] === 1 || (hasMore && exchanges.hasSentEnd[exchange] === 0)) missed++
      }
    }
  return { idle, missed }
}

test.each(['join', 'kubernetes-paths'])('no exchange of %s that loops pass by has anything to send', (name) => {
  const text = COMMITTED_SMALL.find((committed) => committed.name === name)?.text ?? ''
  const { idle, missed } = atRest(beginning(scenarioOf(text)))
  expect(missed).toBe(0)
  expect(idle).toBeGreaterThan(1000)
})
