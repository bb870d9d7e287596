import { bothMessageObservers, type MessageObserver } from '../../../src/http/message-observer.ts'
import type { Exchange } from '../../../src/http/rows.ts'
import type { PacketObserver, PacketStage } from '../../../src/network/packet-observer.ts'
import type { PacketView } from '../../../src/network/packet-view.ts'
import type { CheckedScenario } from '../../../src/scenario/load.ts'
import { collectResult } from '../../../src/simulation/collect/collect-result.ts'
import { expandBlueprint } from '../../../src/simulation/expansion/expand.ts'
import { makePlan } from '../../../src/simulation/plan/make-plan.ts'
import { Simulation } from '../../../src/simulation/simulation.ts'
import type { Content } from '../../../src/transport/rows.ts'
import type { HttpClient } from '../../../src/workload/rows.ts'
import { CLIENT } from './stream-scenario.ts'

/** The most events of a run, far more than the longest transfer needs, so that a stalled model is reported. */
const MAX_EVENTS = 20_000_000
const COMMAND = 'command'
/** How long the run goes on after the response: four round trips, and what ends of connections need. */
const LINGER_ROUND_TRIPS = 4
const LINGER_NS = 100e6

/** The stages of a packet that its sender's interface has sent. */
const LEAVES: readonly PacketStage[] = ['sent', 'dropped-at-queue']

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
    if (isUp ? !LEAVES.includes(stage) : stage !== 'delivered' || packet.to !== CLIENT) return
    this.seen.push({
      atNs: packet.tickNs,
      isUp,
      isOpening: packet.isSyn && !packet.isAck,
      isAgain: packet.payloadBytes > 0 && packet.transmission > 1,
      port: isUp ? packet.sourcePort : packet.destinationPort,
      wireBytes: packet.wireBytes,
      payloadBytes: packet.payloadBytes,
    })
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

/** The part of a command that a cell is about. */
export type StreamPart = 'whole' | 'until-upgrade' | 'after-upgrade'

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
  return failed > 0 ? null : new Map([...figuresOf(watch, part), ['key_median_ms', latencyMs.p50 ?? 0]])
}

function figuresOf({ seen, headNs, firstNs, lastNs }: ClientWatch, part: StreamPart): [string, number][] {
  const openings = seen.filter(({ isOpening, isAgain }) => isOpening && !isAgain)
  const split = headNs ?? 0
  const upgraded = openings.at(-1)?.port
  const wanted = seen.filter(({ atNs, port }) => {
    if (part === 'whole') return true
    return part === 'until-upgrade' ? atNs <= split : atNs > split && port === upgraded
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
  return [
    ['conns', part === 'after-upgrade' ? 0 : openings.length],
    ...ways,
    ['first_ms', afterMs(part === 'until-upgrade' ? headNs : firstNs)],
    ['last_ms', afterMs(part === 'until-upgrade' ? headNs : lastNs)],
  ]
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
