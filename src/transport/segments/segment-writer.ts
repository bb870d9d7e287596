import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE } from '../../engine/table.ts'
import { PACKET_PLACES, SACK_BLOCK_LIMIT } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import { HAS_SCALE, HAS_TIMESTAMPS, PERMITS_SACK } from '../../network/syn-options.ts'
import {
  CONNECTION_PLACES,
  NO_ROLE,
  RECEIVES,
  SYN_RECEIVED,
  TIMESTAMP_OPTION_BYTES,
} from '../connections/connection.ts'
import { ecnFlags, ecnOffer, ecnReply, usesEcn } from '../connections/ecn.ts'
import { ACK, FIN, PSH, RST, SYN } from '../connections/flags.ts'
import { receiveSequence, SYN_OFFSET } from '../connections/sequence-number.ts'
import type { Connection } from '../rows.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import { DELAYED_ACK_TIMER } from '../timing/timers.ts'
import { timestampAt } from '../timing/timestamps.ts'
import { noteDataSent, spendQuickAck } from './quick-acknowledgement.ts'
import { windowOf } from './receive-window.ts'
import { selectWindow, synWindow, usesLinuxWindow } from './window-selection.ts'

const IP_AND_TCP_HEADER_BYTES = 40
/** Length of options of a SYN as Linux arranges them. SACK permitted takes the place of padding before timestamps. */
const MAXIMUM_SEGMENT_OPTION_BYTES = 4
const SCALE_OPTION_BYTES = 4
const SACK_PERMITTED_BYTES = 4
/** Length of the option's head with two no-operations before it (RFC 2018 section 3). */
const SACK_OPTION_BYTES = 4
const SACK_BLOCK_BYTES = 8
const LARGEST_UNSCALED_WINDOW = 65_535

/** The most segments that `sendFullSegments` sends at once. */
export const LARGEST_FULL_BURST = 128

/** Marks the identity of a packet without data, so that it is not lost together with a data packet. */
const BARE = 0x80000000
/** Distinguishes probes from ACKs in the identity of a packet. */
const PROBE = 1

const {
  source: SOURCE,
  destination: DESTINATION,
  sourcePort: SOURCE_PORT,
  destinationPort: DESTINATION_PORT,
  receiver: RECEIVER,
  sequenceNumber: SEQUENCE_NUMBER,
  acknowledgementNumber: ACKNOWLEDGEMENT_NUMBER,
  flags: FLAGS,
  window: WINDOW,
  headerBytes: HEADER_BYTES,
  payloadBytes: PAYLOAD_BYTES,
  timestamp: TIMESTAMP,
  timestampEcho: TIMESTAMP_ECHO,
  sackBlocks: SACK_BLOCKS,
  content: CONTENT,
  contentOffset: CONTENT_OFFSET,
  contentNameHigh: CONTENT_NAME_HIGH,
  contentNameLow: CONTENT_NAME_LOW,
  activity: ACTIVITY,
  account: ACCOUNT,
  senderNameHigh: SENDER_NAME_HIGH,
  senderNameLow: SENDER_NAME_LOW,
  streamOffset: STREAM_OFFSET,
  transmission: TRANSMISSION,
} = PACKET_PLACES
const {
  account: CONNECTION_ACCOUNT,
  localAddress: LOCAL_ADDRESS,
  remoteAddress: REMOTE_ADDRESS,
  localPort: LOCAL_PORT,
  remotePort: REMOTE_PORT,
  peer: PEER,
  initialSendSequence: INITIAL_SEND_SEQUENCE,
  initialReceiveSequence: INITIAL_RECEIVE_SEQUENCE,
  nameHigh: NAME_HIGH,
  nameLow: NAME_LOW,
  recentTimestamp: RECENT_TIMESTAMP,
  isAckDue: IS_ACK_DUE,
  compressedAcks: COMPRESSED_ACKS,
  mustAckNow: MUST_ACK_NOW,
  pushedSegments: PUSHED_SEGMENTS,
  unacknowledgedSegments: UNACKNOWLEDGED_SEGMENTS,
  lastAckSent: LAST_ACK_SENT,
  receiveNext: RECEIVE_NEXT,
} = CONNECTION_PLACES

/** Builds the packets of connections, and sends them. */
export class SegmentWriter {
  private readonly parts: TcpParts
  /**
   * The header of the data segment that was sent last, as far as the next of its burst has the same. It is valid within
   * one burst, since nothing arrives in between; false: that segment had options of its own, or none may be predicted.
   */
  private hasTemplate = false
  private readonly template = { acknowledgementNumber: 0, window: 0, headerBytes: 0, timestamp: 0, timestampEcho: 0 }
  /** The link direction by which the segments of that burst leave; NONE: it must be found for each. */
  private direction = NONE as number
  /** The packets of the burst that is being sent. */
  private readonly burst = new Int32Array(LARGEST_FULL_BURST)
  /** Bytes that arrived in order with the present packet, while the user has not been called for them. */
  freshBytes = 0

  constructor(parts: TcpParts) {
    this.parts = parts
  }

  /** Sends the offsets [start, end): SYN, data, FIN. `transmission` counts from 1; `isPushed` sets PSH. */
  sendSegment(connection: Connection, start: number, end: number, transmission: number, isPushed: boolean): void {
    const { connections, streams, contents, network } = this.parts
    if (connections.plainRole[connection] === RECEIVES) connections.plainRole[connection] = NO_ROLE
    const isSyn = start === SYN_OFFSET
    const dataEnd = Math.min(end, connections.finOffset[connection])
    const payloadBytes = isSyn ? 0 : dataEnd - start
    const packet = this.begin(connection, start, transmission)
    const { packets } = network
    packets.flags[packet] = isSyn ? this.synFlags(connection, transmission) : ACK
    if (end > connections.finOffset[connection]) packets.flags[packet] |= FIN
    const reportsBlocks = isSyn || this.hasRoomForBlocks(connection, payloadBytes)
    if (isSyn) this.addSynOptions(connection, packet)
    // Data that echo the SYN-ACK give the receiver no sample of the round-trip time.
    if (isSyn)
      connections.receiverRttEcho[connection] =
        connections.listener[connection] === NONE ? 0 : packets.timestamp[packet]
    else this.addOptions(connection, packet, reportsBlocks)
    if (payloadBytes > 0) {
      noteDataSent(connections, connection, this.parts.timeline.now)
      const stream = connections.stream[connection]
      const content = streams.sendContentAt(stream, start)
      if (isPushed) packets.flags[packet] |= PSH
      packets.payloadBytes[packet] = payloadBytes
      packets.content[packet] = content
      packets.contentOffset[packet] = streams.sendOffset
      packets.contentNameHigh[packet] = contents.table.nameHigh[content]
      packets.contentNameLow[packet] = contents.table.nameLow[content]
      contents.hold(content)
    }
    const hasEcn = usesEcn(connections, connection)
    if (hasEcn && !isSyn)
      packets.flags[packet] |= ecnFlags(connections, connection, transmission === 1 && payloadBytes > 0)
    if (reportsBlocks) this.noteAckSent(connection)
    this.hasTemplate =
      connections.predictsHeaders[connection] === 1 &&
      !isSyn &&
      !hasEcn &&
      reportsBlocks &&
      packets.sackBlocks[packet] === 0
    this.direction = NONE
    if (this.hasTemplate) this.keepTemplate(packet, connections.host[connection])
    network.send(connections.host[connection], packet)
  }

  private keepTemplate(packet: Packet, host: number): void {
    const { template } = this
    const { packets } = this.parts.network
    this.direction = this.parts.network.directionTo(host, packets.destination[packet])
    template.acknowledgementNumber = packets.acknowledgementNumber[packet]
    template.window = packets.window[packet]
    template.headerBytes = packets.headerBytes[packet]
    template.timestamp = packets.timestamp[packet]
    template.timestampEcho = packets.timestampEcho[packet]
  }

  /** Sends new data [start, end) right after a segment of the same burst, with the same acknowledgement and window. */
  sendNextOfBurst(connection: Connection, start: number, end: number, isPushed: boolean): void {
    if (!this.hasTemplate) return this.sendSegment(connection, start, end, 1, isPushed)
    const { connections, streams, contents, network } = this.parts
    const { packets } = network
    const { template } = this
    const isLast = end > connections.finOffset[connection]
    const packet = this.address(connection, start, 1)
    const content = streams.sendContentAt(connections.stream[connection], start)
    const header = packets.int32s
    header[packet + ACKNOWLEDGEMENT_NUMBER] = template.acknowledgementNumber
    header[packet + FLAGS] = ACK | (isPushed ? PSH : 0) | (isLast ? FIN : 0)
    header[packet + WINDOW] = template.window
    header[packet + HEADER_BYTES] = template.headerBytes
    header[packet + PAYLOAD_BYTES] = end - start - (isLast ? 1 : 0)
    header[packet + TIMESTAMP] = template.timestamp
    header[packet + TIMESTAMP_ECHO] = template.timestampEcho
    header[packet + CONTENT] = content
    header[packet + CONTENT_NAME_HIGH] = contents.table.nameHigh[content]
    header[packet + CONTENT_NAME_LOW] = contents.table.nameLow[content]
    packets.contentOffset[packet] = streams.sendOffset
    contents.hold(content)
    if (this.direction === NONE) network.send(connections.host[connection], packet)
    else network.sendBy(this.direction, packet)
  }

  /**
   * Prepares the header of the segments that `sendFullSegments` sends in this event. Returns false where they cannot share
   * one, or something examines them before the link.
   */
  beginFullSegments(connection: Connection): boolean {
    const { connections, network, timeline } = this.parts
    if (this.hasBlocks(connection) || usesEcn(connections, connection)) return false
    const direction = network.directionTo(connections.host[connection], connections.remoteAddress[connection])
    if (direction === NONE) return false
    const { template } = this
    const hasTimestamps = connections.hasTimestamps(connection)
    this.direction = direction
    template.acknowledgementNumber = this.acknowledgementNumber(connection)
    template.window = this.windowField(connection)
    template.headerBytes = IP_AND_TCP_HEADER_BYTES + (hasTimestamps ? TIMESTAMP_OPTION_BYTES : 0)
    template.timestamp = hasTimestamps ? timestampAt(timeline.now) : 0
    template.timestampEcho = hasTimestamps ? connections.recentTimestamp[connection] : 0
    noteDataSent(connections, connection, timeline.now)
    this.noteAckSent(connection)
    return true
  }

  /**
   * Sends a burst of `count` segments of `segmentBytes` each for the first time, from `start` on, all of one content and
   * before any FIN (sending/plain-output.ts). `isPushed`: the last one has PSH.
   */
  sendFullSegments(
    connection: Connection,
    start: number,
    segmentBytes: number,
    count: number,
    isPushed: boolean,
  ): void {
    const { connections, streams, contents, network } = this.parts
    const { packets } = network
    const { template, burst } = this
    const content = streams.sendContentAt(connections.stream[connection], start)
    const activity = connections.activity[connection]
    contents.holdForEach(content, count)
    network.activities.holdForEach(activity, count)
    packets.makeRoom(count)
    const nameHigh = contents.table.nameHigh[content]
    const nameLow = contents.table.nameLow[content]
    const { int32s: words } = connections
    const { int32s: header, float64s: numbers } = packets
    const source = words[connection + LOCAL_ADDRESS]
    const destination = words[connection + REMOTE_ADDRESS]
    const sourcePort = words[connection + LOCAL_PORT]
    const destinationPort = words[connection + REMOTE_PORT]
    const receiver = words[connection + PEER]
    const senderNameHigh = words[connection + NAME_HIGH]
    const senderNameLow = words[connection + NAME_LOW]
    const account = words[connection + CONNECTION_ACCOUNT]
    const firstSequence = words[connection + INITIAL_SEND_SEQUENCE] + 1
    const { acknowledgementNumber, window, headerBytes, timestamp, timestampEcho } = template
    for (let nth = 0, offset = start; nth < count; nth++, offset += segmentBytes) {
      const packet = packets.allocateReserved()
      burst[nth] = packet
      header[packet + SOURCE] = source
      header[packet + DESTINATION] = destination
      header[packet + SOURCE_PORT] = sourcePort
      header[packet + DESTINATION_PORT] = destinationPort
      header[packet + RECEIVER] = receiver
      header[packet + SEQUENCE_NUMBER] = firstSequence + offset
      header[packet + ACKNOWLEDGEMENT_NUMBER] = acknowledgementNumber
      header[packet + FLAGS] = isPushed && nth === count - 1 ? ACK | PSH : ACK
      header[packet + WINDOW] = window
      header[packet + HEADER_BYTES] = headerBytes
      header[packet + PAYLOAD_BYTES] = segmentBytes
      header[packet + TIMESTAMP] = timestamp
      header[packet + TIMESTAMP_ECHO] = timestampEcho
      header[packet + SACK_BLOCKS] = 0
      header[packet + CONTENT] = content
      header[packet + CONTENT_NAME_HIGH] = nameHigh
      header[packet + CONTENT_NAME_LOW] = nameLow
      header[packet + SENDER_NAME_HIGH] = senderNameHigh
      header[packet + SENDER_NAME_LOW] = senderNameLow
      header[packet + STREAM_OFFSET] = offset
      header[packet + TRANSMISSION] = 1
      header[packet + ACCOUNT] = account
      header[packet + ACTIVITY] = activity
      numbers[packet + CONTENT_OFFSET] = offset
    }
    network.sendBurst(this.direction, burst, count)
  }

  /** Returns whether SACK blocks have room beside the data. If not, an ACK of its own reports them. */
  private hasRoomForBlocks(connection: Connection, payloadBytes: number): boolean {
    const { connections } = this.parts
    const mostBytes = SACK_OPTION_BYTES + SACK_BLOCK_BYTES * SACK_BLOCK_LIMIT
    return !this.hasBlocks(connection) || payloadBytes + mostBytes <= connections.maximumSegmentBytes[connection]
  }

  /** Sends an ACK without data. */
  sendAck(connection: Connection): void {
    const { connections, network } = this.parts
    const receiveNext = connections.receiveNext[connection]
    const repeats = connections.lastAckSent[connection] === receiveNext ? connections.repeatedAcks[connection] + 1 : 0
    const packet = this.begin(connection, connections.sendNext[connection], 0)
    network.packets.transmission[packet] = (mix32(mix32(0, receiveNext), repeats) | BARE) >>> 0
    network.packets.flags[packet] = ACK | ecnFlags(connections, connection, false)
    this.addOptions(connection, packet, true)
    this.noteAckSent(connection)
    connections.repeatedAcks[connection] = repeats
    network.send(connections.host[connection], packet)
  }

  /**
   * Sends the ACK of data that have arrived in order and are due to be acknowledged (receiving/plain-data.ts), with the
   * window of `windowBytes`.
   */
  sendPlainAck(connection: Connection, windowBytes: number): void {
    const { connections, network } = this.parts
    if (this.hasBlocks(connection) || usesEcn(connections, connection)) return this.sendAck(connection)
    const { packets } = network
    const next = connections.receiveNext[connection]
    const packet = this.address(connection, connections.sendNext[connection], 0)
    const hasTimestamps = connections.hasTimestamps(connection)
    const { int32s: words } = connections
    const header = packets.int32s
    header[packet + TRANSMISSION] = mix32(mix32(0, next), 0) | BARE
    header[packet + ACKNOWLEDGEMENT_NUMBER] = words[connection + INITIAL_RECEIVE_SEQUENCE] + 1 + next
    header[packet + FLAGS] = ACK
    header[packet + WINDOW] = this.fieldOf(connection, windowBytes)
    header[packet + HEADER_BYTES] = IP_AND_TCP_HEADER_BYTES + (hasTimestamps ? TIMESTAMP_OPTION_BYTES : 0)
    header[packet + PAYLOAD_BYTES] = 0
    header[packet + TIMESTAMP] = hasTimestamps ? timestampAt(this.parts.timeline.now) : 0
    header[packet + TIMESTAMP_ECHO] = hasTimestamps ? words[connection + RECENT_TIMESTAMP] : 0
    header[packet + CONTENT] = NONE
    this.noteAckSent(connection)
    network.send(connections.host[connection], packet)
  }

  /** Sends a probe: an ACK one byte before the next, to which the peer has to reply (net/ipv4/tcp_output.c). */
  sendProbe(connection: Connection): void {
    const { connections, network } = this.parts
    connections.plainRole[connection] = NO_ROLE
    const packet = this.begin(connection, connections.sendUnacknowledged[connection] - 1, 0)
    network.packets.transmission[packet] = (mix32(PROBE, connections.probes[connection]++) | BARE) >>> 0
    network.packets.flags[packet] = ACK
    this.addOptions(connection, packet, true)
    network.send(connections.host[connection], packet)
  }

  /** Sends a reset for an abort (RFC 9293 section 3.10.5). */
  sendReset(connection: Connection): void {
    const { connections, network } = this.parts
    const packet = this.begin(connection, connections.sendNext[connection], BARE)
    network.packets.flags[packet] = RST | ACK
    network.packets.headerBytes[packet] = IP_AND_TCP_HEADER_BYTES
    network.send(connections.host[connection], packet)
  }

  /** Resets the sender of a packet that belongs to no connection (RFC 9293 section 3.10.7.1). */
  sendResetTo(host: number, refused: Packet): void {
    const { packets } = this.parts.network
    const hasAck = (packets.flags[refused] & ACK) !== 0
    const synAndFin = ((packets.flags[refused] & SYN) !== 0 ? 1 : 0) + ((packets.flags[refused] & FIN) !== 0 ? 1 : 0)
    const behind = packets.sequenceNumber[refused] + packets.payloadBytes[refused] + synAndFin
    const packet = packets.allocateUnset()
    packets.source[packet] = packets.destination[refused]
    packets.destination[packet] = packets.source[refused]
    packets.sourcePort[packet] = packets.destinationPort[refused]
    packets.destinationPort[packet] = packets.sourcePort[refused]
    packets.receiver[packet] = NONE
    packets.sequenceNumber[packet] = hasAck ? packets.acknowledgementNumber[refused] : 0
    packets.acknowledgementNumber[packet] = hasAck ? 0 : behind
    packets.flags[packet] = hasAck ? RST : RST | ACK
    packets.window[packet] = 0
    packets.headerBytes[packet] = IP_AND_TCP_HEADER_BYTES
    packets.payloadBytes[packet] = 0
    packets.timestamp[packet] = 0
    packets.timestampEcho[packet] = 0
    packets.sackBlocks[packet] = 0
    packets.content[packet] = NONE
    packets.senderNameHigh[packet] = packets.senderNameLow[refused]
    packets.senderNameLow[packet] = packets.senderNameHigh[refused]
    packets.streamOffset[packet] = packets.streamOffset[refused]
    packets.transmission[packet] = (packets.transmission[refused] | BARE) >>> 0
    packets.account[packet] = packets.account[refused]
    packets.activity[packet] = packets.activity[refused]
    this.parts.network.activities.hold(packets.activity[refused])
    this.parts.network.send(host, packet)
  }

  /** Sends a reset in the name of another end, as middleboxes do. Addresses are indices into the address book. */
  sendResetInNameOf(
    host: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
    sequenceNumber: number,
  ): void {
    const { packets } = this.parts.network
    const packet = packets.allocateUnset()
    packets.source[packet] = source
    packets.destination[packet] = destination
    packets.sourcePort[packet] = sourcePort
    packets.destinationPort[packet] = destinationPort
    packets.receiver[packet] = NONE
    packets.sequenceNumber[packet] = sequenceNumber
    packets.acknowledgementNumber[packet] = 0
    packets.flags[packet] = RST
    packets.window[packet] = 0
    packets.headerBytes[packet] = IP_AND_TCP_HEADER_BYTES
    packets.payloadBytes[packet] = 0
    packets.timestamp[packet] = 0
    packets.timestampEcho[packet] = 0
    packets.sackBlocks[packet] = 0
    packets.content[packet] = NONE
    packets.senderNameHigh[packet] = finish32(mix32(sourcePort, destinationPort))
    packets.senderNameLow[packet] = finish32(mix32(destinationPort, sourcePort))
    packets.streamOffset[packet] = sequenceNumber
    packets.transmission[packet] = BARE
    packets.account[packet] = NONE
    packets.activity[packet] = NONE
    this.parts.network.send(host, packet)
  }

  /** Builds a packet with the header that all segments of the connection have, without options. */
  private begin(connection: Connection, offset: number, transmission: number): Packet {
    const { connections, network } = this.parts
    const { packets } = network
    const packet = this.address(connection, offset, transmission)
    packets.acknowledgementNumber[packet] = this.acknowledgementNumber(connection)
    packets.window[packet] = this.windowField(connection)
    packets.headerBytes[packet] = IP_AND_TCP_HEADER_BYTES
    packets.payloadBytes[packet] = 0
    const hasTimestamps = connections.hasTimestamps(connection)
    packets.timestamp[packet] = hasTimestamps ? timestampAt(this.parts.timeline.now) : 0
    packets.timestampEcho[packet] = hasTimestamps ? connections.recentTimestamp[connection] : 0
    packets.content[packet] = NONE
    return packet
  }

  /** Returns a new packet with the addresses, names and owners that all packets of the connection have. */
  private address(connection: Connection, offset: number, transmission: number): Packet {
    const { connections, network } = this.parts
    const { packets } = network
    const packet = packets.allocateUnset()
    const { int32s: words } = connections
    const header = packets.int32s
    header[packet + SOURCE] = words[connection + LOCAL_ADDRESS]
    header[packet + DESTINATION] = words[connection + REMOTE_ADDRESS]
    header[packet + SOURCE_PORT] = words[connection + LOCAL_PORT]
    header[packet + DESTINATION_PORT] = words[connection + REMOTE_PORT]
    header[packet + RECEIVER] = words[connection + PEER]
    header[packet + SEQUENCE_NUMBER] = words[connection + INITIAL_SEND_SEQUENCE] + 1 + offset
    header[packet + SACK_BLOCKS] = 0
    header[packet + SENDER_NAME_HIGH] = words[connection + NAME_HIGH]
    header[packet + SENDER_NAME_LOW] = words[connection + NAME_LOW]
    header[packet + STREAM_OFFSET] = offset
    header[packet + TRANSMISSION] = transmission
    header[packet + ACCOUNT] = words[connection + CONNECTION_ACCOUNT]
    const activity = connections.activity[connection]
    header[packet + ACTIVITY] = activity
    network.activities.hold(activity)
    return packet
  }

  private synFlags(connection: Connection, transmission: number): number {
    const { connections } = this.parts
    return connections.state[connection] === SYN_RECEIVED
      ? SYN | ACK | ecnReply(connections, connection)
      : SYN | ecnOffer(connections, connection, transmission)
  }

  private acknowledgementNumber(connection: Connection): number {
    const { connections } = this.parts
    const receiveNext = connections.receiveNext[connection]
    if (receiveNext === SYN_OFFSET) return 0
    const isFinReceived = connections.receivedFinOffset[connection] === receiveNext
    return receiveSequence(connections, connection, isFinReceived ? receiveNext + 1 : receiveNext)
  }

  private addSynOptions(connection: Connection, packet: Packet): void {
    const { connections, network } = this.parts
    const { packets } = network
    const options = connections.options[connection]
    packets.headerBytes[packet] += synOptionBytes(options)
    packets.synOptions[packet] = options
    packets.maximumSegmentBytes[packet] = connections.announcedSegmentBytes[connection]
    packets.windowScale[packet] = connections.windowScale[connection]
  }

  /** Returns the largest segment that the path carries: the MTU less IP and TCP headers, without options (RFC 6691). */
  pathSegmentBytes(connection: Connection): number {
    const { connections, network } = this.parts
    const mtuBytes = network.smallestMtuBytes(connections.host[connection], connections.remoteAddress[connection])
    return mtuBytes - IP_AND_TCP_HEADER_BYTES
  }

  private addOptions(connection: Connection, packet: Packet, reportsBlocks: boolean): void {
    const { connections, network } = this.parts
    const { packets } = network
    if (connections.hasTimestamps(connection)) packets.headerBytes[packet] += TIMESTAMP_OPTION_BYTES
    if (reportsBlocks && this.hasBlocks(connection)) this.addSackBlocks(connection, packet)
  }

  /** Returns whether data arrived out of order, or twice. */
  private hasBlocks(connection: Connection): boolean {
    const { connections } = this.parts
    return (
      (connections.firstRange[connection] !== NONE ||
        connections.duplicateEnd[connection] > connections.duplicateStart[connection]) &&
      connections.hasSelectiveAcks(connection)
    )
  }

  /**
   * Adds the SACK blocks. The first reports data that arrived twice (RFC 2883 section 4), if there are any; the next
   * one the segment that arrived last (RFC 2018 section 4).
   */
  private addSackBlocks(connection: Connection, packet: Packet): void {
    const { connections, network } = this.parts
    const { packets } = network
    let blocks = 0
    if (connections.duplicateEnd[connection] > connections.duplicateStart[connection]) {
      const left = receiveSequence(connections, connection, connections.duplicateStart[connection])
      packets.setSackBlock(
        packet,
        blocks++,
        left,
        receiveSequence(connections, connection, connections.duplicateEnd[connection]),
      )
      connections.duplicateStart[connection] = connections.duplicateEnd[connection]
    }
    const first = connection
    for (let nth = 0; nth < connections.sackBlocks[connection] && blocks < SACK_BLOCK_LIMIT; nth++) {
      const left = receiveSequence(connections, connection, connections.sackEdges[first + 2 * nth])
      const right = receiveSequence(connections, connection, connections.sackEdges[first + 2 * nth + 1])
      packets.setSackBlock(packet, blocks++, left, right)
    }
    packets.sackBlocks[packet] = blocks
    if (blocks > 0) packets.headerBytes[packet] += SACK_OPTION_BYTES + SACK_BLOCK_BYTES * blocks
  }

  /**
   * Returns the window field. The window's right edge never moves back (RFC 9293 section 3.8.6.2.1): where the scale
   * does not divide it, it is rounded up, as in Linux (tcp_select_window). A SYN's window is not scaled (RFC 7323
   * section 2.2).
   */
  private windowField(connection: Connection): number {
    const { connections } = this.parts
    const receiveNext = connections.receiveNext[connection]
    if (receiveNext === SYN_OFFSET) return synWindow(connections, connection, false)
    if (connections.state[connection] === SYN_RECEIVED) return connections.receiveWindowEdge[connection]
    return this.fieldOf(connection, this.windowBytes(connection))
  }

  /** Returns the field for a window of `windowBytes`, and notes the edge that it advertises. */
  private fieldOf(connection: Connection, windowBytes: number): number {
    const { connections } = this.parts
    const receiveNext = connections.receiveNext[connection]
    const promised = connections.receiveWindowEdge[connection] - receiveNext
    const scale = 1 << connections.windowScale[connection]
    const wanted = Math.floor(windowBytes / scale)
    const field = Math.min(Math.max(wanted, Math.ceil(promised / scale)), LARGEST_UNSCALED_WINDOW)
    connections.receiveWindowEdge[connection] = receiveNext + field * scale
    return field
  }

  /** Returns the window from `receiveNext` on, regardless of the edge advertised before. */
  windowBytes(connection: Connection): number {
    const { connections } = this.parts
    const heldBytes = this.heldBytes(connection)
    if (usesLinuxWindow(connections, connection))
      return selectWindow(connections, connection, windowOf(connections, connection, heldBytes))
    return connections.receiveBufferBytes[connection] - heldBytes
  }

  /**
   * Returns the bytes that occupy the buffer: out of order, unread while the user does not read, or new with this
   * packet. Where packets are merged, those of the same buffer that were read already occupy it too.
   */
  heldBytes(connection: Connection): number {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    const next = connections.receiveNext[connection]
    const freshBytes = usesLinuxWindow(connections, connection) ? this.freshBytes : 0
    const inOrderBytes = streams.isReadBlocked(stream) ? next - connections.readOffset[connection] : freshBytes
    const keepsRead = inOrderBytes > 0 && connections.mergesWaiting[connection] === 1
    return (
      connections.outOfOrderBytes[connection] + (keepsRead ? next - connections.freedOffset[connection] : inOrderBytes)
    )
  }

  private noteAckSent(connection: Connection): void {
    const { connections, timers } = this.parts
    if (connections.isAckDue[connection] === 1) spendQuickAck(connections, connection)
    const { float64s: numbers, int32s: words } = connections
    words[connection + IS_ACK_DUE] = 0
    words[connection + COMPRESSED_ACKS] = 0
    words[connection + MUST_ACK_NOW] = 0
    words[connection + PUSHED_SEGMENTS] = 0
    words[connection + UNACKNOWLEDGED_SEGMENTS] = 0
    numbers[connection + LAST_ACK_SENT] = numbers[connection + RECEIVE_NEXT]
    connections.repeatedAcks[connection] = 0
    timers.stop(connection, DELAYED_ACK_TIMER)
  }
}

/** Returns the length of the options of a SYN, which has the maximum segment size in any case. */
function synOptionBytes(options: number): number {
  const scaleBytes = (options & HAS_SCALE) === 0 ? 0 : SCALE_OPTION_BYTES
  const sackBytes = (options & PERMITS_SACK) === 0 ? 0 : SACK_PERMITTED_BYTES
  const timestampBytes = (options & HAS_TIMESTAMPS) === 0 ? sackBytes : TIMESTAMP_OPTION_BYTES
  return MAXIMUM_SEGMENT_OPTION_BYTES + timestampBytes + scaleBytes
}

/** Returns the smallest scale by which a window of this size can be advertised (RFC 7323 section 2.2). */
export function windowScaleFor(bufferBytes: number): number {
  let scale = 0
  while (scale < 14 && Math.floor(bufferBytes / (1 << scale)) > LARGEST_UNSCALED_WINDOW) scale++
  return scale
}
