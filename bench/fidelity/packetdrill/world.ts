import '../../../src/simulation/event-kinds.ts'
import { Arena } from '../../../src/engine/arena.ts'
import { hashString32 } from '../../../src/engine/hash.ts'
import { RadixQueue } from '../../../src/engine/radix-queue.ts'
import { Streams } from '../../../src/engine/streams.ts'
import { NONE } from '../../../src/engine/table.ts'
import { NS_PER_MS } from '../../../src/engine/ticks.ts'
import { Timeline } from '../../../src/engine/timeline.ts'
import { AccountTable } from '../../../src/network/account.ts'
import { ActivityTable } from '../../../src/network/activity.ts'
import { AddressBook, parseAddress } from '../../../src/network/address-book.ts'
import { LinkDirectionTable } from '../../../src/network/link-direction.ts'
import { DEFAULT_LINK_OPTIONS } from '../../../src/network/link-options.ts'
import { Network } from '../../../src/network/network.ts'
import { PacketTable } from '../../../src/network/packet.ts'
import { Processors } from '../../../src/network/processor.ts'
import { Routing } from '../../../src/network/routing.ts'
import type { Packet } from '../../../src/network/rows.ts'
import type { TcpHost } from '../../../src/transport/profiles/tcp-host.ts'
import type { Content } from '../../../src/transport/rows.ts'
import { ByteStreams } from '../../../src/transport/streams/byte-stream.ts'
import { Contents } from '../../../src/transport/streams/content.ts'
import { Tcp } from '../../../src/transport/tcp.ts'
import type { Settings } from './settings.ts'

/** A segment on the wire, with numbers as they are there. */
export interface WirePacket {
  readonly localPort: number
  readonly remotePort: number
  readonly sequence: number
  readonly acknowledgement: number
  /** Bits of connections/flags.ts. */
  readonly flags: number
  readonly window: number
  readonly payloadBytes: number
  /** Offset of the payload in its sender's stream; of what the host sends it is not known. */
  readonly streamOffset: number
  /** Zeros: the option is absent. */
  readonly timestamp: number
  readonly timestampEcho: number
  readonly blocks: readonly (readonly [number, number])[]
  /** Only of a SYN: what it announces. */
  readonly maximumSegmentBytes: number
  readonly windowScale: number
  /** Bits of network/syn-options.ts. */
  readonly synOptions: number
}

/** A segment that the host under test has sent. */
export interface SentPacket extends WirePacket {
  readonly tick: number
}

const LOCAL = 0
const PEER = 1
const DIRECTIONS = [
  { name: 'lo', fromHost: LOCAL, toHost: LOCAL },
  { name: 'out', fromHost: LOCAL, toHost: PEER },
  { name: 'in', fromHost: PEER, toHost: LOCAL },
  { name: 'lo of the peer', fromHost: PEER, toHost: PEER },
] as const
const FIRST_HOST_TARGET = DIRECTIONS.length
const HEADER_BYTES = 40
/** The time by which the host's clock is behind a tick when a script begins. On a machine it may be any. */
const CLOCK_PHASE_NS = 0.01 * NS_PER_MS

/** One host under test, and a source of raw packets beside it. */
export class World {
  readonly timeline: Timeline
  readonly tcp: Tcp
  readonly streams: ByteStreams
  /** Packets that the host has sent and no event of the script has taken yet. */
  readonly sent: SentPacket[] = []
  readonly localHost = LOCAL
  readonly localAddress: number
  readonly remoteAddress: number
  /** Called after each event. */
  afterEvent: () => void = () => {}
  private readonly pending: RadixQueue
  private readonly network: Network
  private readonly processors: Processors
  private readonly contents: Contents
  /** The data that the peer sends on each of its ports. */
  private readonly peerContents = new Map<number, Content>()

  constructor(settings: Settings) {
    const arena = new Arena()
    this.pending = new RadixQueue(arena)
    this.timeline = new Timeline(this.pending)
    const streams = new Streams(1)
    const addresses = new AddressBook()
    addresses.add(LOCAL, parseAddress('192.168.0.1'))
    addresses.add(PEER, parseAddress('192.0.2.1'))
    this.localAddress = addresses.mainAddressOf(LOCAL)
    this.remoteAddress = addresses.mainAddressOf(PEER)
    const activities = new ActivityTable(arena, this.timeline)
    this.network = networkOf(arena, this.timeline, addresses, activities, streams)
    const cores = [LOCAL, PEER].map(() => ({ cores: 2, coresOf: NONE }))
    this.processors = new Processors(arena, this.timeline, activities, cores, FIRST_HOST_TARGET)
    this.contents = new Contents(arena)
    this.streams = new ByteStreams(arena, this.contents)
    const host = hostOf(settings, streams)
    this.tcp = new Tcp({
      arena,
      timeline: this.timeline,
      network: this.network,
      processors: this.processors,
      contents: this.contents,
      streams: this.streams,
      hosts: [host, host],
      firstHostTarget: FIRST_HOST_TARGET,
    })
    const { tcp } = this
    this.network.connect({
      onPacket: (at, packet) => (at === PEER ? this.capture(packet) : tcp.onPacket(at, packet)),
      onDiscarded: (at, packet, isByRule) => tcp.onDiscarded(at, packet, isByRule),
      onRefused: (at, packet) => tcp.onRefused(at, packet),
      onCopied: (packet) => tcp.onCopied(packet),
    })
  }

  /** Runs to the end of a tick. Stops before, after an event, once `isDone` returns true. */
  run(untilTick: number, isDone: () => boolean = () => false): void {
    const { pending, timeline } = this
    while (!isDone()) {
      if (pending.nextTick() > untilTick || !pending.pop()) {
        timeline.now = Math.max(timeline.now, untilTick)
        return
      }
      timeline.now = pending.tick
      this.timeline.dispatch(pending.target, pending.kind, pending.argument)
      this.afterEvent()
    }
  }

  /** Lets what was just done take its way to the wire. */
  settle(): void {
    this.run(this.timeline.now + 4)
  }

  /** Gives a segment of the peer to the host. */
  inject(segment: WirePacket): void {
    const { packets } = this.network
    const packet = packets.allocate()
    packets.source[packet] = this.remoteAddress
    packets.destination[packet] = this.localAddress
    packets.sourcePort[packet] = segment.remotePort
    packets.destinationPort[packet] = segment.localPort
    packets.sequenceNumber[packet] = segment.sequence
    packets.acknowledgementNumber[packet] = segment.acknowledgement
    packets.flags[packet] = segment.flags
    packets.window[packet] = segment.window
    packets.headerBytes[packet] = HEADER_BYTES
    packets.payloadBytes[packet] = segment.payloadBytes
    packets.timestamp[packet] = segment.timestamp
    packets.timestampEcho[packet] = segment.timestampEcho
    packets.maximumSegmentBytes[packet] = segment.maximumSegmentBytes
    packets.windowScale[packet] = segment.windowScale
    packets.synOptions[packet] = segment.synOptions
    segment.blocks.forEach(([left, right], nth) => {
      packets.setSackBlock(packet, nth, left, right)
    })
    packets.sackBlocks[packet] = segment.blocks.length
    packets.senderNameHigh[packet] = hashString32(`${segment.remotePort}`, 1)
    packets.senderNameLow[packet] = hashString32(`${segment.remotePort}`, 2)
    packets.streamOffset[packet] = segment.sequence
    packets.transmission[packet] = 1
    packets.account[packet] = packets.activity[packet] = packets.content[packet] = NONE
    if (segment.payloadBytes > 0) this.fill(packet, segment)
    this.tcp.onPacket(LOCAL, packet)
    this.settle()
  }

  /** Gives a packet its part of what the peer sends. */
  private fill(packet: Packet, { remotePort, streamOffset, payloadBytes }: WirePacket): void {
    const { packets } = this.network
    const { contents, peerContents } = this
    const content =
      peerContents.get(remotePort) ??
      contents.create(packets.senderNameHigh[packet], packets.senderNameLow[packet], PEER)
    peerContents.set(remotePort, content)
    const missingBytes = streamOffset + payloadBytes - contents.table.lengthBytes[content]
    if (missingBytes > 0) contents.append(content, missingBytes)
    contents.hold(content)
    packets.content[packet] = content
    packets.contentOffset[packet] = streamOffset
  }

  private capture(packet: Packet): void {
    const { packets, activities } = this.network
    const isSyn = packets.synOptions[packet]
    this.sent.push({
      tick: this.timeline.now,
      localPort: packets.sourcePort[packet],
      remotePort: packets.destinationPort[packet],
      sequence: packets.sequenceNumber[packet],
      acknowledgement: packets.acknowledgementNumber[packet],
      flags: packets.flags[packet],
      window: packets.window[packet],
      payloadBytes: packets.payloadBytes[packet],
      streamOffset: 0,
      timestamp: packets.timestamp[packet],
      timestampEcho: packets.timestampEcho[packet],
      blocks: Array.from({ length: packets.sackBlocks[packet] }, (_, nth) => [
        packets.sackLeft(packet, nth),
        packets.sackRight(packet, nth),
      ]),
      maximumSegmentBytes: packets.maximumSegmentBytes[packet],
      windowScale: packets.windowScale[packet],
      synOptions: isSyn,
    })
    if (packets.content[packet] !== NONE) this.contents.drop(packets.content[packet])
    activities.drop(packets.activity[packet])
    packets.release(packet)
  }
}

function networkOf(
  arena: Arena,
  timeline: Timeline,
  addresses: AddressBook,
  activities: ActivityTable,
  streams: Streams,
): Network {
  const { mtuBytes } = DEFAULT_LINK_OPTIONS
  const network = new Network({
    timeline,
    packets: new PacketTable(arena),
    directions: new LinkDirectionTable(arena),
    accounts: new AccountTable(arena),
    activities,
    addresses,
    routing: new Routing(addresses, {
      hostCount: 2,
      switchCount: 0,
      directions: DIRECTIONS.map(({ fromHost, toHost }) => ({ fromHost, toHost, mtuBytes })),
      loopbacks: [0, 3],
      staticRoutes: [],
      gateways: new Map(),
    }),
    translation: null,
    filter: null,
    firstDirectionTarget: 0,
    names: { directions: DIRECTIONS.map(({ name }) => name), places: ['host', 'peer'] },
  })
  for (const { name, fromHost, toHost } of DIRECTIONS) {
    const keys = { loss: streams.key(`${name}/loss`), jitter: streams.key(`${name}/jitter`) }
    network.directions.add(fromHost, toHost, DEFAULT_LINK_OPTIONS, keys)
  }
  return network
}

function hostOf({ overrides, congestion }: Settings, streams: Streams): TcpHost {
  return {
    profile: 'linux',
    overrides,
    congestion,
    uptimeNs: CLOCK_PHASE_NS,
    receiveBufferBytes: null,
    sendBufferBytes: null,
    portKey: streams.key('ports'),
    sequenceKey: streams.key('sequence numbers'),
    cycleKey: streams.key('cycles'),
  }
}
