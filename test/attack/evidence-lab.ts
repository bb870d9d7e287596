import { DATA } from '../../src/cluster/konnectivity/tunnel-tables.ts'
import { explainAttack, readAttacks } from '../../src/disk/read-attacks.ts'
import { readTextFile } from '../../src/disk/read-text.ts'
import { NONE } from '../../src/engine/table.ts'
import { BODY, REQUEST_HEAD, RESPONSE_HEAD } from '../../src/http/marks.ts'
import type { Result } from '../../src/measure/result.ts'
import type { PacketObserver, PacketStage } from '../../src/network/packet-observer.ts'
import type { PacketView } from '../../src/network/packet-view.ts'
import type { Packet } from '../../src/network/rows.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { CHANNEL_DATA, LOGIN_ROUND } from '../../src/security/ssh-session.ts'
import { APPLICATION_DATA, CLIENT_FLIGHT, CLIENT_HELLO, SERVER_FLIGHT } from '../../src/security/tls-session.ts'
import { aftermathOf, type Comparison } from '../../src/simulation/attack/aftermath.ts'
import { collectResult } from '../../src/simulation/collect-result.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import type { Content } from '../../src/transport/rows.ts'
import type { Contents } from '../../src/transport/streams/content.ts'
import { CHUNK, KEY } from '../../src/workload/messages.ts'

/** The records and messages that a packet can carry the end of. */
const NAMES: Readonly<Record<number, string>> = {
  [CLIENT_HELLO]: 'client hello',
  [SERVER_FLIGHT]: 'server flight',
  [CLIENT_FLIGHT]: 'client flight',
  [LOGIN_ROUND]: 'ssh round',
  [APPLICATION_DATA]: 'tls record',
  [CHANNEL_DATA]: 'ssh data',
  [DATA]: 'agent data',
  [REQUEST_HEAD]: 'request head',
  [RESPONSE_HEAD]: 'response head',
  [BODY]: 'body',
  [KEY]: 'key',
  [CHUNK]: 'chunk',
}

/** What an observer of packets saw of one packet on one link direction. */
export interface SeenPacket {
  readonly from: string
  readonly to: string
  readonly sourcePort: number
  readonly destinationPort: number
  readonly flags: number
  readonly payloadBytes: number
  /** The hosts that wrote its data, and the data in the records that it carries. */
  readonly authors: readonly string[]
  /** The records and messages of which it carries bytes, through all that encrypts them: `request head of 3`. */
  readonly carries: readonly string[]
  readonly firstTick: number
  lastTick: number
  readonly stages: PacketStage[]
}

/** Records all packets, by link direction and number. */
class EveryPacket implements PacketObserver {
  readonly byDirection = new Map<number, Map<number, SeenPacket>>()
  private readonly simulation: Simulation

  constructor(simulation: Simulation) {
    this.simulation = simulation
    simulation.network.observer = this
  }

  observe(stage: PacketStage, packet: PacketView): void {
    const { direction, tickNs: tick } = packet
    const bySerial = this.byDirection.get(direction) ?? new Map<number, SeenPacket>()
    this.byDirection.set(direction, bySerial)
    const seen = bySerial.get(packet.serial)
    if (seen === undefined) bySerial.set(packet.serial, this.describe(stage, packet.row, tick))
    else {
      seen.stages.push(stage)
      seen.lastTick = tick
    }
  }

  private describe(stage: PacketStage, packet: Packet, tick: number): SeenPacket {
    const { plan, parts, network } = this.simulation
    const { packets } = network
    const { contents } = parts.streams
    const hostOf = (address: number) => plan.hosts[plan.addresses.hostOf(address, NONE)]?.name ?? 'localhost'
    const content = packets.content[packet]
    const hasData = packets.payloadBytes[packet] > 0 && content !== NONE
    const start = packets.contentOffset[packet]
    const found: Carried = { names: [], authors: new Set() }
    if (hasData) collectCarried(contents, content, start, start + packets.payloadBytes[packet], found)
    return {
      from: hostOf(packets.source[packet]),
      to: hostOf(packets.destination[packet]),
      sourcePort: packets.sourcePort[packet],
      destinationPort: packets.destinationPort[packet],
      flags: packets.flags[packet],
      payloadBytes: packets.payloadBytes[packet],
      authors: [...found.authors].map((host) => plan.hosts[host].name),
      carries: found.names,
      firstTick: tick,
      lastTick: tick,
      stages: [stage],
    }
  }
}

/** Records and messages, and the numbers of the hosts that wrote them. */
interface Carried {
  readonly names: string[]
  readonly authors: Set<number>
}

/** Finds the records and messages that overlap a range of a content, and those in the records that they carry. */
function collectCarried(contents: Contents, content: Content, from: number, until: number, found: Carried): void {
  const { marks } = contents
  found.authors.add(contents.table.author[content])
  for (let mark = contents.nextMark(content); mark !== NONE; mark = marks.next[mark]) {
    const end = marks.endOffset[mark]
    if (end <= from) continue
    if (end - marks.lengthBytes[mark] >= until) break
    const carried = marks.carried[mark]
    found.names.push(NAMES[marks.kind[mark]] ?? `kind ${marks.kind[mark]}`)
    if (carried === NONE) continue
    const first = marks.carriedOffset[mark]
    collectCarried(contents, carried, first, first + marks.value[mark], found)
  }
}

export interface ObservedRun {
  readonly result: Result
  readonly simulation: Simulation
  /** Returns the packet with this number on a link direction; undefined if no packet came there with it. */
  packet(link: string, serial: number): SeenPacket | undefined
  /** Returns the host at the end of a link direction. */
  endOf(link: string): string | undefined
}

/** Runs an attack of the package as its file says, and records all packets. */
export function observeShipped(attack: string): ObservedRun {
  const words = [...explainAttack(attack).command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain,
  )
  const file = words[words.indexOf('run') + 1]
  const set = words.filter((_, at) => words[at - 1] === '--set')
  return observe({ file, text: readTextFile(file), read: readTextFile }, set, [attack])
}

export function observe(
  source: Parameters<typeof loadScenario>[0],
  set: readonly string[] = [],
  attacks: readonly string[] = [],
): ObservedRun {
  const loaded = loadScenario(source, { set, attacks: readAttacks(attacks) })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { blueprint } = loaded.scenario
  const plan = makePlan(expandBlueprint(blueprint))
  const simulation = new Simulation(plan)
  const { byDirection } = new EveryPacket(simulation)
  const counterpart = new Simulation(plan)
  counterpart.attack?.state.disableAll()
  for (const one of [simulation, counterpart]) {
    one.begin()
    one.runUntil(Number.POSITIVE_INFINITY, 20_000_000)
  }
  const numberOf = new Map(simulation.plan.directions.map(({ name }, direction) => [name, direction]))
  return {
    simulation,
    result: collectResult(simulation, blueprint, [], 'finished', false, comparisonsOf(simulation, counterpart)),
    endOf: (link) => plan.hosts[plan.directions[numberOf.get(link) ?? NONE]?.toHost]?.name,
    packet: (link, serial) => byDirection.get(numberOf.get(link) ?? NONE)?.get(serial),
  }
}

function comparisonsOf(simulation: Simulation, without: Simulation): Comparison[] {
  const comparison = { attacked: aftermathOf(simulation), counterpart: aftermathOf(without) }
  return simulation.attack?.plan.steps.map(() => comparison) ?? []
}
