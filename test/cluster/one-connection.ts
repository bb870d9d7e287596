import { NONE } from '../../src/engine/table.ts'
import { HTTP_1 } from '../../src/http/http-connection.ts'
import { UNKNOWN_LENGTH } from '../../src/http/message.ts'
import type { Exchange } from '../../src/http/rows.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'

const MS = 1_000_000

/**
 * Sends requests one after the other on one connection of HTTP/1.1 along a path, for at most a second. Returns the
 * status of each response, `broken` for a failed exchange, and the reason if the connection fails.
 */
export function sendRequests(simulation: Simulation, path: string, requests: readonly number[]): string[] {
  const { plan, parts } = simulation
  const { http, streams, accounts, processors } = parts
  const outcomes: string[] = []
  const left = [...requests]
  let exchange: Exchange = NONE
  const sendNext = () => {
    const request = left.shift()
    if (request === undefined) return http.close(connection)
    exchange = http.exchanges.rowAt(
      http.request(connection, request, http.directory.requests[request].isUpgrade ? UNKNOWN_LENGTH : 0),
    )
    streams.attach(http.exchanges.stream[exchange], userKind, 0)
  }
  const userKind = streams.registerUser({
    onOpen: () => outcomes.push(`${http.statusOf(exchange)}`),
    onData: () => {},
    onEnd: () => streams.close(http.exchanges.stream[exchange]),
    onFailure: () => outcomes.push('broken'),
    onDrained: () => {},
  })
  const ownerKind = http.registerOwner({
    onReady: sendNext,
    onFree: sendNext,
    onLost: (_, reason) => outcomes.push(reason),
  })
  const index = plan.paths.findIndex(({ name }) => name === path)
  const [account, activity] = [accounts.allocate(), processors.activities.begin()]
  const lower = parts.paths.connect(index, HTTP_1, { nameHigh: 1, nameLow: 2, account, activity })
  const options = { version: HTTP_1, ownerKind, owner: 0, parameters: 0, hasHealthCheck: false } as const
  const connection = http.connect(lower, options)
  simulation.runUntil(simulation.timeline.now + 1000 * MS, 100_000)
  return outcomes
}
