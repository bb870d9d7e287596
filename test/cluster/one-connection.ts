import { NONE } from '../../src/engine/table.ts'
import { HTTP_1 } from '../../src/http/http-connection.ts'
import { UNKNOWN_LENGTH } from '../../src/http/message.ts'
import type { Exchange } from '../../src/http/rows.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'

const MS = 1_000_000

/**
 * A client of a test's own, for a second: it dials along a path, asks one thing after the other on that connection of
 * HTTP/1.1, and says what came of each; of the connection too, if that ended before it did.
 */
export function converse(simulation: Simulation, path: string, asks: readonly number[]): string[] {
  const { plan, parts } = simulation
  const { http, streams, accounts, processors } = parts
  const said: string[] = []
  const left = [...asks]
  let exchange: Exchange = NONE
  const ask = () => {
    const request = left.shift()
    if (request === undefined) return http.close(connection)
    exchange = http.exchanges.rowAt(
      http.request(connection, request, http.directory.requests[request].isUpgrade ? UNKNOWN_LENGTH : 0),
    )
    streams.attach(http.exchanges.stream[exchange], userKind, 0)
  }
  const userKind = streams.registerUser({
    onOpen: () => said.push(`${http.statusOf(exchange)}`),
    onData: () => {},
    onEnd: () => streams.close(http.exchanges.stream[exchange]),
    onFailure: () => said.push('broken'),
    onDrained: () => {},
  })
  const ownerKind = http.registerOwner({ onReady: ask, onFree: ask, onLost: (_, reason) => said.push(reason) })
  const index = plan.paths.findIndex(({ name }) => name === path)
  const lower = parts.paths.connect(index, HTTP_1, 1, 2, accounts.allocate(), processors.activities.begin())
  const options = { version: HTTP_1, ownerKind, owner: 0, parameters: 0, hasHealthCheck: false } as const
  const connection = http.connect(lower, options)
  simulation.runUntil(simulation.timeline.now + 1000 * MS, 100_000)
  return said
}
