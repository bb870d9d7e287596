import { NONE } from '../../engine/table.ts'
import { SYN } from '../../network/header-flags.ts'
import type { PacketTable } from '../../network/packet.ts'
import { bothPacketObservers, type PacketObserver, type PacketStage } from '../../network/packet-observer.ts'
import type { PacketView } from '../../network/packet-view.ts'
import type { Packet } from '../../network/rows.ts'
import type { Simulation } from '../../simulation/simulation.ts'
import { ContentRecorder, type MessageListener } from './content-recorder.ts'
import type { PacketSink, RecordedPacket } from './recorded-packet.ts'

/** The factor that combines a direction and a serial in one number. */
const SERIALS = 0x1_0000_0000

/** The least identity of a packet without data. Transmissions of segments count from 1 (see SegmentWriter). */
const LEAST_BARE = 0x80000000

/**
 * Records the fields of each packet that human readers need, and passes them to sinks. It only observes, so it does not
 * change the digest of a run.
 */
export class PacketTap implements PacketObserver {
  readonly recorder: ContentRecorder
  readonly simulation: Simulation
  private readonly sinks: readonly PacketSink[]
  private readonly onTheirWay = new Map<number, RecordedPacket>()
  /** The packet that was observed last. It is kept until nothing else can happen to it at that tick. */
  private last: RecordedPacket | null = null
  private lastStage: 'sent' | 'delivered' = 'sent'

  /** Attaches the tap to a simulation that has not begun. */
  constructor(simulation: Simulation, sinks: readonly PacketSink[], listeners: readonly MessageListener[] = []) {
    this.simulation = simulation
    this.recorder = new ContentRecorder(simulation, listeners)
    this.sinks = sinks
    const { network } = simulation
    network.observer = bothPacketObservers(network.observer, this)
  }

  observe(stage: PacketStage, { row, direction, serial, tickNs: tick }: PacketView): void {
    const { packets } = this.simulation.network
    const key = direction * SERIALS + serial
    if (stage === 'sent') {
      this.finish()
      const recorded = this.record(packets, row, direction, tick)
      this.onTheirWay.set(key, recorded)
      this.hold(recorded, 'sent')
    } else if (stage === 'delivered') {
      this.finish()
      const recorded = this.onTheirWay.get(key) ?? this.record(packets, row, direction, tick)
      this.onTheirWay.delete(key)
      recorded.arrivedNs = tick
      recorded.stage = 'delivered'
      this.hold(recorded, 'delivered')
    } else this.discard(stage, key, direction, serial)
  }

  /** Passes on the last packet. Called when the simulation has ended. */
  finish(): void {
    const { last } = this
    if (last === null) return
    this.last = null
    for (const sink of this.sinks) {
      if (this.lastStage === 'sent') sink.onSent(last)
      else sink.onArrived(last)
    }
  }

  private hold(packet: RecordedPacket, stage: 'sent' | 'delivered'): void {
    this.last = packet
    this.lastStage = stage
  }

  private discard(stage: PacketStage, key: number, direction: number, serial: number): void {
    const { last } = this
    const recorded = this.onTheirWay.get(key)
    this.onTheirWay.delete(key)
    if (last !== null && last.direction === direction && last.serial === serial) last.stage = stage
    else if (recorded !== undefined) {
      this.finish()
      recorded.stage = stage
      for (const sink of this.sinks) sink.onDiscarded(recorded)
    }
  }

  /** Returns the record of a packet that is being put on a link direction now, or that an attacker observes there. */
  record(packets: PacketTable, packet: Packet, direction: number, tick: number): RecordedPacket {
    const { plan, network, parts } = this.simulation
    const { fromHost, toHost, name } = plan.directions[direction]
    const row = packets.content[packet]
    const content = row === NONE ? null : this.recorder.contentOf(row)
    const isSyn = (packets.flags[packet] & SYN) !== 0
    const transmission = packets.transmission[packet]
    const forger = parts.attack?.agents.forge.forgerOf(packet) ?? NONE
    return {
      direction,
      link: name,
      serial: packets.serial[packet],
      from: this.nameOf(fromHost),
      to: this.nameOf(toHost),
      sentNs: tick,
      arrivedNs: null,
      stage: 'sent',
      source: network.addresses.valueOf(packets.source[packet]),
      destination: network.addresses.valueOf(packets.destination[packet]),
      sourcePort: packets.sourcePort[packet],
      destinationPort: packets.destinationPort[packet],
      sequenceNumber: packets.sequenceNumber[packet],
      acknowledgementNumber: packets.acknowledgementNumber[packet],
      flags: packets.flags[packet],
      window: packets.window[packet],
      headerBytes: packets.headerBytes[packet],
      payloadBytes: packets.payloadBytes[packet],
      maximumSegmentBytes: isSyn ? packets.maximumSegmentBytes[packet] : 0,
      windowScale: isSyn ? packets.windowScale[packet] : 0,
      synOptions: isSyn ? packets.synOptions[packet] : 0,
      timestamp: packets.timestamp[packet],
      timestampEcho: packets.timestampEcho[packet],
      sackEdges: sackEdgesOf(packets, packet),
      content,
      contentOffset: packets.contentOffset[packet],
      identity: packets.identityOf(packet),
      isRetransmission: packets.payloadBytes[packet] > 0 && transmission > 1 && transmission < LEAST_BARE,
      forgedBy: this.attackerName(forger),
      alteredBy: content?.original == null ? null : this.attackerName(this.attackerAt(content.author)),
    }
  }

  /** Returns the name of a host or switch. */
  nameOf(node: number): string {
    const { hosts, switches } = this.simulation.plan
    return node < hosts.length ? hosts[node].name : switches[node - hosts.length].name
  }

  private attackerName(attacker: number): string | null {
    return this.simulation.plan.attack?.attackers[attacker]?.name ?? null
  }

  private attackerAt(host: number): number {
    return this.simulation.plan.attack?.attackers.findIndex((one) => one.host === host) ?? NONE
  }
}

function sackEdgesOf(packets: PacketTable, packet: Packet): readonly number[] {
  const edges: number[] = []
  for (let block = 0; block < packets.sackBlocks[packet]; block++)
    edges.push(packets.sackLeft(packet, block), packets.sackRight(packet, block))
  return edges
}
