import '../src/simulation/event-kinds.ts'
import { Arena } from '../src/engine/arena.ts'
import { RadixQueue } from '../src/engine/radix-queue.ts'
import { NS_PER_MS } from '../src/engine/ticks.ts'
import { Timeline } from '../src/engine/timeline.ts'
import { ConnectionTable } from '../src/transport/connections/connection.ts'
import { RETRANSMISSION_TIMER, Timers } from '../src/transport/timing/timers.ts'
import type { Case, Suite } from './suite.ts'

const CONNECTIONS = 1000
const OPERATIONS = 300_000
const TICK_NS = 4 * NS_PER_MS
const TIMEOUT_NS = 200 * NS_PER_MS
/** The time between two packets, each of which arms the timer of its connection again. */
const STEP_NS = 12_000

/** Measures how long it takes to arm a retransmission timer again that is armed already. */
export const timer: Suite = { name: 'timer', cases: () => [rearmed()] }

function rearmed(): Case {
  const arena = new Arena()
  const timeline = new Timeline(new RadixQueue(arena))
  const connections = new ConnectionTable(arena)
  const timers = new Timers(connections, timeline, [{ tickNs: TICK_NS, uptimeNs: 0 }], 0)
  const rows = Array.from({ length: CONNECTIONS }, (_, ordinal) => {
    const connection = connections.allocate()
    connections.ordinal[connection] = ordinal
    timers.initialize(connection)
    return connection
  })
  return {
    name: 'timer/re-armed',
    unit: 'ns/operation',
    work: OPERATIONS,
    run: () => {
      for (let i = 0; i < OPERATIONS; i++) {
        timeline.now += STEP_NS
        timers.armFor(rows[i % CONNECTIONS], RETRANSMISSION_TIMER, TIMEOUT_NS)
      }
    },
  }
}
