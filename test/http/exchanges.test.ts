import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { HTTP_2 } from '../../src/http/http-connection.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { beginning } from '../fixtures/simulations.ts'

const SCENARIOS = 20
/** The events of a scenario after each of which its exchanges are looked at. */
const EVENTS = 3_000

/** Counts the exchanges that loops pass by, and those of them that have something to send or a writer to wake. */
function countPassedBy({ parts }: Simulation, count: { idle: number; missed: number }): void {
  const { exchanges, connections, streams } = parts.http
  for (const connection of connections.everyRow()) {
    if (connections.lower[connection] === NONE) continue
    let exchange = connections.firstExchange[connection]
    for (; exchange !== NONE; exchange = exchanges.next[exchange]) {
      if (exchanges.isSending[exchange] === 1) continue
      const stream = exchanges.stream[exchange]
      const hasData = streams.table.writtenBytes[stream] > exchanges.sentBytes[exchange]
      const maySend = hasData || streams.table.hasFinished[stream] === 1
      count.idle++
      if (exchanges.awaitsRoom[exchange] === 1 || (maySend && exchanges.hasSentEnd[exchange] === 0)) count.missed++
    }
  }
}

/**
 * Holds that of each connection of HTTP/2 the window, what was read and not granted anew, and what waits to be read, add
 * up to the window at the beginning. Returns the number of connections.
 */
function holdWindows({ parts, plan }: Simulation): number {
  const { exchanges, connections } = parts.http
  let count = 0
  for (const connection of connections.everyRow()) {
    if (connections.lower[connection] === NONE || connections.version[connection] !== HTTP_2) continue
    let bytes = connections.receiveWindowBytes[connection] + connections.unreturnedBytes[connection]
    let exchange = connections.firstExchange[connection]
    for (; exchange !== NONE; exchange = exchanges.next[exchange])
      bytes += exchanges.arrivedBytes[exchange] - exchanges.deliveredBytes[exchange]
    expect(bytes).toBe(plan.http2[connections.parameters[connection]].connectionWindowBytes)
    count++
  }
  return count
}

function eachEvent(look: (simulation: Simulation) => void): void {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const simulation = beginning(scenario)
      for (let events = 1; events < EVENTS; events++) {
        if (simulation.runUntil(Number.POSITIVE_INFINITY, events) !== 'budget') break
        look(simulation)
      }
    }),
    { numRuns: SCENARIOS, endOnFailure: true },
  )
}

test('no exchange outside the sending loop has anything to send or a writer to wake', () => {
  const count = { idle: 0, missed: 0 }
  eachEvent((simulation) => {
    countPassedBy(simulation, count)
    expect(count.missed).toBe(0)
  })
  expect(count.idle).toBeGreaterThan(10_000)
})

test('no byte of an HTTP/2 connection’s window is lost', () => {
  let count = 0
  eachEvent((simulation) => {
    count += holdWindows(simulation)
  })
  expect(count).toBeGreaterThan(10_000)
})
