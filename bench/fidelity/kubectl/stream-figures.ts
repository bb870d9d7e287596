import { bothMessageObservers, type MessageObserver } from '../../../src/http/message-observer.ts'
import type { Exchange } from '../../../src/http/rows.ts'
import type { PacketObserver, PacketStage } from '../../../src/network/packet-observer.ts'
import type { PacketView } from '../../../src/network/packet-view.ts'
import type { CheckedScenario } from '../../../src/scenario/load.ts'
import { collectResult } from '../../../src/simulation/collect-result.ts'
import { expandBlueprint } from '../../../src/simulation/expand.ts'
import { makePlan } from '../../../src/simulation/make-plan.ts'
import { Simulation } from '../../../src/simulation/simulation.ts'
import type { Content } from '../../../src/transport/rows.ts'
import type { HttpClient } from '../../../src/workload/rows.ts'
import { CLIENT } from './stream-scenario.ts'

/** The most events of a run, far more than the longest transfer needs, so that a stalled model is reported. */
const MAX_EVENTS = 20_000_000
const COMMAND = 'command'
/** The time that a run goes on after the response: four round trips, and the time to close connections. */
const LINGER_ROUND_TRIPS = 4
const LINGER_NS = 100e6

/** A packet at the client, as a capture there has it. */
interface Seen {
  readonly atNs: number
  readonly isUp: boolean
  readonly isOpening: boolean
  readonly isAgain: boolean
  readonly port: number
  readonly wireBytes: number
  readonly payloadBytes: number
}

/** Captures the packets at the client's interface, and when its programs read what. */
class ClientWatch implements PacketObserver, MessageObserver {
  readonly seen: Seen[] = []
  /** The ticks at which the head of the last response, the first and the last piece of its body were read. */
  headNs: number | null = null
  firstNs: number | null = null
  lastNs: number | null = null
  private readonly simulation: Simulation
  private readonly client: number
  private readonly segments = new Set<string>()

  constructor(simulation: Simulation) {
    this.simulation = simulation
    this.client = simulation.plan.hosts.findIndex(({ name }) => name === CLIENT)
    const { http } = simulation.parts
    http.readObserver = bothMessageObservers(http.readObserver, this)
    this.watchData()
    simulation.network.observer = this
  }

  observe(stage: PacketStage, packet: PacketView): void {
    const isUp = packet.from === CLIENT
    if (packet.link.startsWith('loopback/')) return
    if (isUp ? stage !== 'sent' : stage !== 'delivered' || packet.to !== CLIENT) return
    this.seen.push({
      atNs: packet.tickNs,
      isUp,
      isOpening: packet.isSyn && !packet.isAck,
      isAgain: packet.payloadBytes > 0 && this.hasSeen(packet),
      port: isUp ? packet.sourcePort : packet.destinationPort,
      wireBytes: packet.wireBytes,
      payloadBytes: packet.payloadBytes,
    })
  }

  /** Notes a segment, and returns whether one like it was seen before. What was lost on its way here was not. */
  private hasSeen({ sourcePort, destinationPort, sequenceNumber }: PacketView): boolean {
    const before = this.segments.size
    return this.segments.add(`${sourcePort} ${destinationPort} ${sequenceNumber}`).size === before
  }

  onRequestRead(): void {}

  onResponseRead(exchange: Exchange): void {
    if (!this.isClients(exchange)) return
    this.headNs = this.simulation.timeline.now
    this.firstNs = null
  }

  onBodyRead(): void {}

  /** Watches what the client's program is given: bodies, and the data of whole frames after an upgrade. */
  private watchData(): void {
    const { http: clients } = this.simulation.workloads
    const { table } = this.simulation.parts.streams
    const onData = clients.onData.bind(clients)
    clients.onData = (client: HttpClient, content: Content, offset: number, lengthBytes: number) => {
      if (table.host[clients.streamOf(client)] === this.client) {
        this.lastNs = this.simulation.timeline.now
        this.firstNs ??= this.lastNs
      }
      onData(client, content, offset, lengthBytes)
    }
  }

  private isClients(exchange: Exchange): boolean {
    const { exchanges } = this.simulation.parts.http
    const { table } = this.simulation.parts.streams
    return exchanges.isClient[exchange] === 1 && table.host[exchanges.stream[exchange]] === this.client
  }
}

/** The part of a command that a cell is about. `idle`: what crosses an upgraded connection on which nothing happens. */
export type StreamPart = 'whole' | 'until-upgrade' | 'after-upgrade' | 'idle'

/** The span in which an idle connection is watched, after the upgrade. */
const IDLE_FROM_NS = 1e9
const IDLE_UNTIL_NS = 50e9
/** Packets of one ping are closer to each other, and those of two are further apart. */
const BETWEEN_PINGS_NS = 1e9

/** The most simulated time of a command. */
const LONGEST_NS = 600e9
const STEP_NS = 100e6

/** Runs a scenario of stream-scenario.ts and returns its figures by metric; null if the command failed or never ended. */
export function streamFigures(
  { blueprint, expectations }: CheckedScenario,
  rttMs: number,
  part: StreamPart,
): ReadonlyMap<string, number> | null {
  const simulation = new Simulation(makePlan(expandBlueprint(blueprint)))
  const watch = new ClientWatch(simulation)
  const { table } = simulation.workloads
  const row = table.rowOf(simulation.plan.workloads.findIndex(({ declared }) => declared === COMMAND))
  simulation.begin()
  for (let tick = STEP_NS; table.isDone[row] === 0; tick += STEP_NS)
    if (simulation.runUntil(tick, MAX_EVENTS) !== 'tick' || tick > LONGEST_NS) return null
  const { now } = simulation.timeline
  simulation.runUntil(Math.max(now, (watch.lastNs ?? now) + LINGER_ROUND_TRIPS * rttMs * 1e6 + LINGER_NS), MAX_EVENTS)
  const { workloads } = collectResult(simulation, blueprint, expectations, 'finished')
  const { failed, latencyMs } = workloads.find(({ name }) => name === COMMAND)!
  const wholeMs = latencyMs.p50 ?? 0
  return failed > 0 ? null : new Map([...figuresOf(watch, part), ['key_median_ms', wholeMs], ['exit_ms', wholeMs]])
}

function figuresOf({ seen, headNs, firstNs, lastNs }: ClientWatch, part: StreamPart): [string, number][] {
  const openings = seen.filter(({ isOpening, isAgain }) => isOpening && !isAgain)
  const split = headNs ?? 0
  const upgraded = openings.at(-1)?.port
  const endNs = part === 'after-upgrade' ? endOfForwarding(seen, upgraded, lastNs) : Number.POSITIVE_INFINITY
  const wanted = seen.filter(({ atNs, port }) => {
    if (part === 'whole') return true
    if (part === 'idle') return port === upgraded && atNs > split + IDLE_FROM_NS && atNs < split + IDLE_UNTIL_NS
    return part === 'until-upgrade' ? atNs <= split : atNs > split && port === upgraded && atNs < endNs
  })
  const startNs = part === 'after-upgrade' ? split : (openings[0]?.atNs ?? 0)
  const afterMs = (ns: number | null) => ((ns ?? 0) - startNs) / 1e6
  const ways = [true, false].flatMap((isUp): [string, number][] => {
    const packets = wanted.filter((packet) => packet.isUp === isUp)
    const way = isUp ? 'up' : 'down'
    return [
      [`pkts_${way}`, packets.length],
      [`data_pkts_${way}`, packets.filter(({ payloadBytes }) => payloadBytes > 0).length],
      [`ip_bytes_${way}`, sumOf(packets.map(({ wireBytes }) => wireBytes))],
      [`tcp_bytes_${way}`, sumOf(packets.map(({ payloadBytes }) => payloadBytes))],
      [`retrans_${way}`, packets.filter(({ isAgain }) => isAgain).length],
    ]
  })
  if (part === 'idle') return figuresOfPing(wanted, ways)
  return [
    ['conns', part === 'after-upgrade' ? 0 : openings.length],
    ...ways,
    ['first_ms', afterMs(part === 'until-upgrade' ? headNs : firstNs)],
    ['last_ms', afterMs(part === 'until-upgrade' ? headNs : lastNs)],
  ]
}

/**
 * Returns when the model's kubectl goes away, which the measured one does later: with what it writes after the reset of
 * the data stream.
 */
function endOfForwarding(seen: readonly Seen[], upgraded: number | undefined, lastNs: number | null): number {
  const after = seen.filter(
    ({ atNs, port, isUp, payloadBytes }) => isUp && payloadBytes > 0 && port === upgraded && atNs >= (lastNs ?? 0),
  )
  return after[RESET_WRITES]?.atNs ?? Number.POSITIVE_INFINITY
}

/** The writes in which spdystream resets a stream. */
const RESET_WRITES = 5

/** Returns the figures of one ping, in the mean. */
function figuresOfPing(packets: readonly Seen[], ofAll: readonly [string, number][]): [string, number][] {
  const data = packets.filter(({ isUp, payloadBytes }) => isUp && payloadBytes > 0)
  const pings = data.filter(({ atNs }, nth) => nth === 0 || atNs - data[nth - 1].atNs > BETWEEN_PINGS_NS)
  if (pings.length < 2) return []
  const intervalMs = (pings[pings.length - 1].atNs - pings[0].atNs) / (pings.length - 1) / 1e6
  return [
    ...ofAll.map(([metric, sum]): [string, number] => [metric, sum / pings.length]),
    ['conns', 0],
    ['ping_interval_ms', intervalMs],
  ]
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
