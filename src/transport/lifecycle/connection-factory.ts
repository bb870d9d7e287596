import type { Arena } from '../../engine/arena.ts'
import { assert } from '../../engine/assert.ts'
import { fate32, type StreamKey } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import type { Account, Activity } from '../../network/rows.ts'
import { OrdinalTable } from '../connections/ordinal.ts'
import { SYN_OFFSET } from '../connections/sequence-number.ts'
import type { TcpChoice } from '../profiles/tcp-host.ts'
import { NO_PROBE } from '../recovery/tail-loss-probe.ts'
import { NO_UNDO, NONE_RETRANSMITTED } from '../recovery/undo.ts'
import type { Connection } from '../rows.ts'
import { NO_DATA } from '../segments/quick-acknowledgement.ts'
import { initializeReceiveWindow } from '../segments/receive-window.ts'
import { windowScaleFor } from '../segments/segment-writer.ts'
import { initializeSendBuffer } from '../sending/send-buffer.ts'
import { updateTimeout } from '../timing/round-trip-time.ts'
import { TIMESTAMP_OPTION_BYTES } from '../timing/timestamps.ts'
import type { KeepaliveSettings } from './keepalive.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'

/** Whose a connection is. */
interface ConnectionName {
  readonly host: number
  /** Hashes of the connection's name. */
  readonly nameHigh: number
  readonly nameLow: number
  readonly account: Account
  readonly activity: Activity
  /** A relay sends contents that somebody else made. */
  readonly isRelay: boolean
}

/** Whom to reach, and in whose name. */
export interface Dial extends ConnectionName {
  /** Indices into the address book. */
  readonly localAddress: number
  readonly remoteAddress: number
  readonly port: number
  /** How long to wait for an answer at all; absent: until TCP gives up. */
  readonly patienceNs?: number
  /** Absent: silence is taken for nothing to say. */
  readonly keepalive?: KeepaliveSettings
}

const FIRST_EPHEMERAL_PORT = 32_768
const EPHEMERAL_PORTS = 28_232 // up to 60,999, as Linux has it (net.ipv4.ip_local_port_range)
/** RFC 9293 section 3.4.1 (the time after which a number comes again is 4.77 hours). */
const SEQUENCE_CLOCK_NS = 4_000
/** Until larger ones have come (Linux: tcp_initialize_rcv_mss, TCP_MSS_DEFAULT). */
const FIRST_RECEIVE_SEGMENT_BYTES = 536

export interface FactoryParts extends LifecycleParts {
  readonly arena: Arena
  /** By host. */
  readonly choices: readonly TcpChoice[]
  /** TCP's number among those that carry streams. */
  readonly carrierKind: number
}

/** Makes rows of connections, with ports and initial sequence numbers that derive from the connections' names. */
export class ConnectionFactory {
  private readonly parts: FactoryParts
  private readonly ordinals: OrdinalTable

  constructor(parts: FactoryParts) {
    this.parts = parts
    this.ordinals = new OrdinalTable(parts.arena, parts.choices.length)
  }

  allocate({ host, nameHigh, nameLow, account, activity, isRelay }: ConnectionName): Connection {
    const { connections, contents, streams } = this.parts
    const { host: settings, profile, congestionControl, lossRecovery } = this.parts.choices[host]
    const connection = connections.allocate()
    const ordinal = this.ordinals.take(host)
    const content = isRelay ? NONE : contents.create(nameHigh, nameLow, host)
    const stream = streams.open(host, this.parts.carrierKind, connection, activity, nameHigh, nameLow, content)
    connections.host[connection] = host
    connections.ordinal[connection] = ordinal
    connections.nameHigh[connection] = nameHigh
    connections.nameLow[connection] = nameLow
    connections.stream[connection] = stream
    connections.account[connection] = account
    connections.activity[connection] = activity
    this.parts.network.activities.hold(activity)
    connections.profile[connection] = profile
    connections.congestionControl[connection] = congestionControl
    connections.lossRecovery[connection] = lossRecovery
    initializeReceiveWindow(connections, connection, settings.receiveBufferBytes)
    connections.windowScale[connection] = windowScaleFor(connections.largestReceiveBufferBytes[connection])
    connections.initialSendSequence[connection] = this.initialSequence(settings.sequenceKey, nameHigh, nameLow)
    const { cycleKey } = settings
    connections.cycleChance[connection] = fate32(cycleKey.hi, cycleKey.lo, nameHigh, nameLow, 0, 0)
    this.initialize(connection)
    initializeSendBuffer(connections, connection, settings.sendBufferBytes)
    return connection
  }

  /** RFC 6528 section 3: a hash, and a clock, so that what was recorded of a connection fits no later one. */
  private initialSequence({ hi, lo }: StreamKey, nameHigh: number, nameLow: number): number {
    const clock = Math.floor(this.parts.timeline.now / SEQUENCE_CLOCK_NS)
    return (fate32(hi, lo, nameHigh, nameLow, 0, 0) + clock) >>> 0
  }

  /** Sets what does not begin as the table's columns do, with 0 or NONE. */
  private initialize(connection: Connection): void {
    const { connections } = this.parts
    connections.listener[connection] = NONE
    connections.sendUnacknowledged[connection] = SYN_OFFSET
    connections.sendNext[connection] = SYN_OFFSET
    connections.finOffset[connection] = Number.POSITIVE_INFINITY
    connections.highestSacked[connection] = SYN_OFFSET
    connections.priorHighestSacked[connection] = SYN_OFFSET
    connections.reorderingSteps[connection] = 1
    connections.priorDelivered[connection] = -1
    connections.impliedBytesPerS[connection] = Number.POSITIVE_INFINITY
    connections.undoPoint[connection] = NO_UNDO
    connections.undoRetransmissions[connection] = NONE_RETRANSMITTED
    connections.probeEnd[connection] = NO_PROBE
    connections.lossEndOffset[connection] = -1
    connections.minimumRttNs[connection] = Number.POSITIVE_INFINITY
    // Until the handshake has negotiated it (RFC 9293 section 3.7.1).
    connections.maximumSegmentBytes[connection] = FIRST_RECEIVE_SEGMENT_BYTES
    connections.receiveNext[connection] = SYN_OFFSET
    connections.deliveredBytes[connection] = SYN_OFFSET
    connections.readOffset[connection] = SYN_OFFSET
    connections.receivedFinOffset[connection] = Number.POSITIVE_INFINITY
    connections.lastAckSent[connection] = SYN_OFFSET
    connections.disorderOffset[connection] = SYN_OFFSET
    connections.receiveSegmentBytes[connection] = FIRST_RECEIVE_SEGMENT_BYTES
    connections.lastDataReceivedTick[connection] = NO_DATA
    connections.lastInvalidTick[connection] = Number.NEGATIVE_INFINITY
    connections.keepaliveIdleNs[connection] = Number.POSITIVE_INFINITY
    connections.initializeNs3(connection)
    this.parts.sender.initialize(connection)
    updateTimeout(connections, connection)
    this.parts.timers.initialize(connection)
  }

  /** Derived from the connection's name, so that nobody else's dialling moves it (RFC 6056 asks for as much). */
  ephemeralPort(dial: Dial): number {
    const { demultiplexer, choices } = this.parts
    const { portKey } = choices[dial.host].host
    const { host, localAddress, remoteAddress, port: remotePort } = dial
    for (let attempt = 0; attempt < EPHEMERAL_PORTS; attempt++) {
      const localPort =
        FIRST_EPHEMERAL_PORT +
        (fate32(portKey.hi, portKey.lo, dial.nameHigh, dial.nameLow, dial.port, attempt) % EPHEMERAL_PORTS)
      const end = { host, localAddress, localPort, remoteAddress, remotePort }
      if (demultiplexer.find(end) === NONE) return localPort
    }
    assert(false, 'a host has a free port')
  }

  /** Once it is known between which addresses it runs. */
  noteLocality(connection: Connection): void {
    const { connections, network, processors, streams } = this.parts
    const host = connections.host[connection]
    const isLocal = network.routing.isOwn(host, connections.remoteAddress[connection])
    streams.table.sleeps[connections.stream[connection]] = isLocal && processors.coreCountOf(host) > 1 ? 1 : 0
  }

  ownSegmentBytes(connection: Connection): number {
    return this.parts.writer.announcedSegmentBytes(connection) - this.optionBytes(connection)
  }

  optionBytes(connection: Connection): number {
    return this.parts.connections.profileOf(connection).hasTimestamps ? TIMESTAMP_OPTION_BYTES : 0
  }
}
