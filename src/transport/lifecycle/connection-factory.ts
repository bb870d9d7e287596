import { draw32, type StreamKey } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import { LOOPBACK } from '../../network/network.ts'
import type { Account, Activity } from '../../network/rows.ts'
import { HAS_SCALE, HAS_TIMESTAMPS, PERMITS_SACK } from '../../network/syn-options.ts'
import { TIME_WAIT, TIMESTAMP_OPTION_BYTES } from '../connections/connection.ts'
import { SYN_OFFSET, sendSequence } from '../connections/sequence-number.ts'
import type { TcpProfile } from '../connections/tcp-profile.ts'
import type { TcpChoice } from '../profiles/tcp-host.ts'
import { NO_PROBE } from '../recovery/tail-loss-probe.ts'
import { NO_UNDO, NONE_RETRANSMITTED } from '../recovery/undo.ts'
import type { Connection } from '../rows.ts'
import { NO_DATA } from '../segments/quick-acknowledgement.ts'
import { fixReceiveMemory, initializeReceiveWindow } from '../segments/receive-window.ts'
import { windowScaleFor } from '../segments/segment-writer.ts'
import { fixSendMemory, initializeSendBuffer } from '../sending/send-buffer.ts'
import { updateTimeout } from '../timing/round-trip-time.ts'
import type { SilenceSettings } from './keepalive.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'
import type { SocketOptions } from './socket-options.ts'
import type { Teardown } from './teardown.ts'

/** Host, name and owner of a connection. */
interface ConnectionName {
  readonly host: number
  /** Hash of the connection's name. */
  readonly nameHigh: number
  readonly nameLow: number
  readonly account: Account
  readonly activity: Activity
  /** 1: the connection forwards contents of other authors, and has none of its own. */
  readonly isRelay: boolean
}

/** Describes a connection to dial. */
export interface Dial extends ConnectionName {
  /** Indices into the address book. */
  readonly localAddress: number
  readonly remoteAddress: number
  readonly port: number
  /** Longest wait for the handshake; absent: until TCP gives up. */
  readonly patienceNs?: number
  /** Absent: keepalive is off, and there is no user timeout. */
  readonly silence?: SilenceSettings
  /** Absent: the settings of the host. */
  readonly socket?: SocketOptions
}

/** After so many taken ports a dial looks at all ports together. */
const PORTS_TRIED_ONE_BY_ONE = 64
/** Age of a connection in TIME_WAIT from which its port may be reused: timestamps differ then (tcp_tw_reuse_delay). */
const REUSE_AFTER_NS = NS_PER_S
/** Distance between the last sequence number of a connection in TIME_WAIT and the first of the next (tcp_twsk_unique). */
const REUSED_SEQUENCE_STEP = 65_535 + 2
/** Period of the clock of RFC 9293 section 3.4.1, by which a sequence number comes again after 4.77 hours. */
const SEQUENCE_CLOCK_NS = 4_000
/** Assumed segment size until larger segments arrive (Linux: tcp_initialize_rcv_mss, TCP_MSS_DEFAULT). */
const FIRST_RECEIVE_SEGMENT_BYTES = 536

export interface FactoryParts extends LifecycleParts {
  /** Settings of each host. */
  readonly choices: readonly TcpChoice[]
  readonly predictsHeaders: boolean
  /** Number of TCP among the carriers of streams. */
  readonly carrierKind: number
  readonly teardown: Teardown
}

function offeredOptions({ hasTimestamps, hasSelectiveAcks, hasWindowScaling }: TcpProfile): number {
  return (
    (hasTimestamps ? HAS_TIMESTAMPS : 0) | (hasSelectiveAcks ? PERMITS_SACK : 0) | (hasWindowScaling ? HAS_SCALE : 0)
  )
}

/** The local port of a connection that got none. No packet is addressed to it. */
export const NO_PORT = 0

/** Allocates connections, and derives their ports and initial sequence numbers from their names. */
export class ConnectionFactory {
  private readonly parts: FactoryParts

  constructor(parts: FactoryParts) {
    this.parts = parts
  }

  allocate(
    { host, nameHigh, nameLow, account, activity, isRelay }: ConnectionName,
    socket: SocketOptions = {},
  ): Connection {
    const { connections, contents, numbers, streams } = this.parts
    const { host: settings, profile, congestionControl, lossRecovery } = this.parts.choices[host]
    const connection = connections.allocate()
    const ordinal = numbers.add(host, connection)
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
    connections.options[connection] = offeredOptions(connections.profileOf(connection))
    connections.announcedSegmentBytes[connection] = socket.maximumSegmentBytes ?? 0
    initializeReceiveWindow(connections, connection, settings.receiveBufferBytes)
    if (socket.receiveMemoryBytes !== undefined) fixReceiveMemory(connections, connection, socket.receiveMemoryBytes)
    const hasScale = (connections.options[connection] & HAS_SCALE) !== 0
    const largestBytes = connections.largestReceiveBufferBytes[connection]
    connections.windowScale[connection] = hasScale ? windowScaleFor(largestBytes) : 0
    connections.initialSendSequence[connection] = this.initialSequence(settings.sequenceKey, nameHigh, nameLow)
    const { cycleKey } = settings
    connections.cycleChance[connection] = draw32(cycleKey.hi, cycleKey.lo, nameHigh, nameLow, 0, 0)
    this.initialize(connection)
    const isPredictable = this.parts.predictsHeaders && this.parts.sender.takesPlainAcks(connection)
    connections.predictsHeaders[connection] = isPredictable ? 1 : 0
    initializeSendBuffer(connections, connection, settings.sendBufferBytes)
    if (socket.sendMemoryBytes !== undefined) fixSendMemory(connections, connection, socket.sendMemoryBytes)
    return connection
  }

  /**
   * Returns an initial sequence number (RFC 6528 section 3): a hash plus a clock, so that a recorded packet does not
   * fit a later connection.
   */
  private initialSequence({ hi, lo }: StreamKey, nameHigh: number, nameLow: number): number {
    const clock = Math.floor(this.parts.timeline.now / SEQUENCE_CLOCK_NS)
    return (draw32(hi, lo, nameHigh, nameLow, 0, 0) + clock) >>> 0
  }

  /** Sets the columns of a new row that do not begin with 0 or NONE. */
  private initialize(connection: Connection): void {
    const { connections } = this.parts
    connections.listener[connection] = NONE
    connections.sendUnacknowledged[connection] = SYN_OFFSET
    connections.sendNext[connection] = SYN_OFFSET
    connections.finOffset[connection] = Number.POSITIVE_INFINITY
    connections.highestSacked[connection] = SYN_OFFSET
    connections.reorderingSteps[connection] = 1
    connections.priorDelivered[connection] = -1
    connections.impliedBytesPerS[connection] = Number.POSITIVE_INFINITY
    connections.undoPoint[connection] = NO_UNDO
    connections.undoRetransmissions[connection] = NONE_RETRANSMITTED
    connections.probeEnd[connection] = NO_PROBE
    connections.lossEndOffset[connection] = -1
    connections.minimumRttNs[connection] = Number.POSITIVE_INFINITY
    // This default holds until the handshake has negotiated the size (RFC 9293 section 3.7.1).
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
    connections.userTimeoutNs[connection] = Number.POSITIVE_INFINITY
    connections.initializeNs3(connection)
    this.parts.sender.initialize(connection)
    updateTimeout(connections, connection)
    this.parts.timers.initialize(connection)
  }

  /**
   * Sets the local port of a dialling connection: the first free one from a port on that the connection's name gives, so
   * that no other connection's dialling changes it unless both want the same (RFC 6056 section 3.3.1;
   * net/ipv4/inet_hashtables.c, __inet_hash_connect). A connection in TIME_WAIT gives its port up where the profile
   * allows it. Returns false when no port is free for this destination; the connection then has none.
   */
  takePort(connection: Connection, dial: Dial): boolean {
    const { connections, demultiplexer, choices } = this.parts
    const { portKey } = choices[dial.host].host
    const { first, last } = connections.profileOf(connection).ephemeralPorts
    const count = last - first + 1
    const start = draw32(portKey.hi, portKey.lo, dial.nameHigh, dial.nameLow, dial.port, 0) % count
    const mayReuse = this.mayReuse(connection)
    for (let nth = 0; nth < count; nth++) {
      if (nth === PORTS_TRIED_ONE_BY_ONE && !mayReuse) return this.takeFirstFree(connection, start + first)
      connections.localPort[connection] = first + ((start + nth) % count)
      const owner = demultiplexer.sameEndAs(connection)
      if (owner !== NONE && !(mayReuse && this.canReuse(owner))) continue
      if (owner !== NONE) this.succeed(owner, connection)
      return true
    }
    connections.localPort[connection] = NO_PORT
    return false
  }

  /** Takes the first port from `start` on, and around to the one before it, that is free. */
  private takeFirstFree(connection: Connection, start: number): boolean {
    const { connections, demultiplexer } = this.parts
    const { first, last } = connections.profileOf(connection).ephemeralPorts
    const behind = demultiplexer.firstFreePort(connection, start, last)
    const port = behind === NONE ? demultiplexer.firstFreePort(connection, first, start - 1) : behind
    connections.localPort[connection] = port === NONE ? NO_PORT : port
    return port !== NONE
  }

  /** Returns whether a dial may take over the port of a connection in TIME_WAIT. */
  private mayReuse(connection: Connection): boolean {
    const { timeWaitReuse } = this.parts.connections.profileOf(connection)
    const isLoopback = this.parts.connections.remoteAddress[connection] === LOOPBACK
    return timeWaitReuse === 'always' || (timeWaitReuse === 'loopback' && isLoopback)
  }

  private canReuse(owner: Connection): boolean {
    const { connections, timeline } = this.parts
    if (connections.state[owner] !== TIME_WAIT) return false
    return timeline.now - connections.lastAckTick[owner] >= REUSE_AFTER_NS
  }

  /** Ends a connection in TIME_WAIT, and begins the sequence numbers of the next behind its own. */
  private succeed(owner: Connection, connection: Connection): void {
    const { connections, teardown } = this.parts
    const last = sendSequence(connections, owner, connections.sendNext[owner])
    connections.initialSendSequence[connection] = (last + REUSED_SEQUENCE_STEP) >>> 0
    teardown.remove(owner)
  }

  /** Notes whether both ends are on one host. Called once the addresses are known. */
  noteLocality(connection: Connection): void {
    const { connections, network, processors, streams } = this.parts
    const host = connections.host[connection]
    const isLocal = network.routing.isOwn(host, connections.remoteAddress[connection])
    streams.table.readerSleeps[connections.stream[connection]] = isLocal && processors.coreCountOf(host) > 1 ? 1 : 0
  }

  /** Decides which maximum segment size our SYN announces. Called once the addresses are known. */
  announceSegmentBytes(connection: Connection): void {
    const { connections, writer } = this.parts
    const chosen = connections.announcedSegmentBytes[connection]
    const pathBytes = writer.pathSegmentBytes(connection)
    connections.announcedSegmentBytes[connection] = chosen === 0 ? pathBytes : Math.min(chosen, pathBytes)
  }

  optionBytes(connection: Connection): number {
    return this.parts.connections.hasTimestamps(connection) ? TIMESTAMP_OPTION_BYTES : 0
  }
}
