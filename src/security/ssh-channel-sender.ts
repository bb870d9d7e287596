import { NONE } from '../engine/table.ts'
import type { AccountTable } from '../network/account.ts'
import type { ActivityTable } from '../network/activity.ts'
import type { Content } from '../transport/rows.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { SshChannel, SshSession } from './rows.ts'
import { noteRead } from './ssh-buffer.ts'
import { CHANNEL_MAX_PACKET_BYTES } from './ssh-channel.ts'
import { type ChannelSizes, channelSizes, dataPacketBytes, type SshSizes } from './ssh-parameters.ts'
import { CHANNEL_CLOSE, CHANNEL_DATA, CHANNEL_EOF, type SshChannelTable, type SshSessionTable } from './ssh-session.ts'

/** The connection that channels run over. */
export interface ChannelTransport {
  /** True where sealing takes no time; otherwise `goOnSending` is called when it is done. */
  sealData(session: SshSession, lengthBytes: number): boolean
  /** A buffer is made anew, as large as that. */
  growBuffer(session: SshSession, lengthBytes: number): void
  sizesOf(session: SshSession): SshSizes
}

const TYPICAL_TARGET = '10.128.0.2'
const TYPICAL_ORIGIN = '127.0.0.1'

/** Sends for all channels of a connection: a packet each in turn, as far as windows and the connection allow. */
export class SshChannelSender {
  private readonly channels: SshChannelTable
  private readonly sessions: SshSessionTable
  private readonly streams: ByteStreams
  private readonly activities: ActivityTable
  private readonly accounts: AccountTable
  private readonly transport: ChannelTransport
  private readonly sizes = new Map<string, ChannelSizes>()

  constructor(
    channels: SshChannelTable,
    sessions: SshSessionTable,
    streams: ByteStreams,
    activities: ActivityTable,
    accounts: AccountTable,
    transport: ChannelTransport,
  ) {
    this.channels = channels
    this.sessions = sessions
    this.streams = streams
    this.activities = activities
    this.accounts = accounts
    this.transport = transport
  }

  /**
   * Go's client writes a packet and waits until that has gone. sshd reads on from its socket until it has as much as the
   * window lets it send (channels.c, channel_pre_open).
   */
  hasRoom(channel: SshChannel): boolean {
    const { channels, sessions, streams } = this
    const unsent = this.unsentBytes(channel)
    const session = channels.session[channel]
    const lower = sessions.lower[session]
    const hasRoom =
      lower !== NONE &&
      (sessions.isClient[session] === 1
        ? unsent < CHANNEL_MAX_PACKET_BYTES && streams.hasRoom(lower)
        : unsent < channels.sendWindowBytes[channel])
    channels.awaitsRoom[channel] = hasRoom ? 0 : 1
    if (!hasRoom) this.waitsForWindow(channel)
    return hasRoom
  }

  /** The user has written; sshd has read that from a socket. */
  buffer(channel: SshChannel): void {
    const { channels, sessions, streams } = this
    const session = channels.session[channel]
    if (sessions.isClient[session] === 1) return
    const sizeBytes = noteRead(channels, channel, streams.table.writtenBytes[channels.stream[channel]])
    if (sizeBytes > 0) this.transport.growBuffer(session, sizeBytes)
  }

  private unsentBytes(channel: SshChannel): number {
    const { channels, streams } = this
    return streams.table.writtenBytes[channels.stream[channel]] - channels.sentBytes[channel]
  }

  /** Lets channels that have data and window send a packet each in turn, while the connection takes more. */
  pump(session: SshSession): void {
    const { channels, sessions, streams, transport } = this
    const generation = sessions.generation[session]
    this.endDrained(session)
    while (sessions.generation[session] === generation && this.mayPump(session)) {
      const channel = this.nextToSend(session)
      if (channel === NONE) return this.wakeWriters(session)
      const unsent = this.unsentBytes(channel)
      sessions.turn[session] = channels.next[channel]
      sessions.sealingChannel[session] = channel
      const mostBytes = Math.min(unsent, channels.sendWindowBytes[channel], CHANNEL_MAX_PACKET_BYTES)
      sessions.sealingBytes[session] = streams.contiguousBytes(
        channels.stream[channel],
        channels.sentBytes[channel],
        mostBytes,
      )
      if (!transport.sealData(session, sessions.sealingBytes[session])) return
      this.writeData(session)
    }
  }

  /** The packet that was being sealed is ready. */
  goOnSending(session: SshSession): void {
    const generation = this.sessions.generation[session]
    this.writeData(session)
    if (this.sessions.generation[session] === generation) this.pump(session)
  }

  private mayPump(session: SshSession): boolean {
    const { sessions, streams } = this
    const lower = sessions.lower[session]
    return sessions.sealingBytes[session] === 0 && lower !== NONE && streams.hasRoom(lower)
  }

  /** `sealingBytes` stays set while others are told, so that nobody sends another packet meanwhile. */
  private writeData(session: SshSession): void {
    const { channels, sessions, streams } = this
    const channel = sessions.sealingChannel[session]
    const generation = sessions.generation[session]
    if (channel !== NONE) {
      const lengthBytes = sessions.sealingBytes[session]
      const channelGeneration = channels.generation[channel]
      const content = streams.sendContentAt(channels.stream[channel], channels.sentBytes[channel])
      const offset = streams.sendOffset
      channels.sentBytes[channel] += lengthBytes
      channels.sendWindowBytes[channel] -= lengthBytes
      this.accounts.carry(channels.account[channel], lengthBytes)
      this.accounts.carry(sessions.account[session], lengthBytes)
      const bytes = dataPacketBytes(lengthBytes, this.transport.sizesOf(session).cipher)
      this.send(session, bytes, CHANNEL_DATA, lengthBytes, channels.peerNumber[channel], content, offset)
      if (sessions.generation[session] !== generation) return
      if (channels.generation[channel] === channelGeneration) this.wakeWriter(channel)
      if (sessions.generation[session] !== generation) return
    }
    sessions.sealingChannel[session] = NONE
    sessions.sealingBytes[session] = 0
    this.endDrained(session)
  }

  /** Nobody has anything to send: perhaps because they were told to hold back. */
  private wakeWriters(session: SshSession): void {
    const { channels, sessions } = this
    const generation = sessions.generation[session]
    for (let channel = sessions.firstChannel[session]; channel !== NONE; ) {
      const next = channels.next[channel]
      this.wakeWriter(channel)
      if (sessions.generation[session] !== generation) return
      channel = next
    }
  }

  wakeWriter(channel: SshChannel): void {
    if (this.channels.awaitsRoom[channel] === 1 && this.hasRoom(channel))
      this.streams.drained(this.channels.stream[channel])
  }

  /** The first with data and window, from the one whose turn it is. */
  private nextToSend(session: SshSession): SshChannel {
    const { sessions, channels } = this
    const first = sessions.turn[session] === NONE ? sessions.firstChannel[session] : sessions.turn[session]
    let channel = first
    while (channel !== NONE) {
      if (this.maySend(channel)) return channel
      channel = channels.next[channel]
    }
    for (channel = sessions.firstChannel[session]; channel !== first; channel = channels.next[channel]) {
      if (this.maySend(channel)) return channel
    }
    return NONE
  }

  private maySend(channel: SshChannel): boolean {
    const { channels } = this
    if (channels.isOpen[channel] === 0 || channels.hasSentEnd[channel] === 1) return false
    return !this.waitsForWindow(channel) && this.unsentBytes(channel) > 0
  }

  /** sshd reads nothing that it may not send, so that what waits may not be here yet. */
  private waitsForWindow(channel: SshChannel): boolean {
    const { channels } = this
    const hasMore = this.unsentBytes(channel) > 0 || channels.awaitsRoom[channel] === 1
    const waits = hasMore && channels.sendWindowBytes[channel] <= 0
    if (waits !== (channels.isWindowClosed[channel] === 1)) {
      channels.isWindowClosed[channel] = waits ? 1 : 0
      this.activities.changeClosedWindows(this.sessions.activity[channels.session[channel]], waits ? 1 : -1)
    }
    return waits
  }

  /** Channels that have sent all that was written, and are to end. */
  private endDrained(session: SshSession): void {
    const { channels, streams } = this
    for (let channel = this.sessions.firstChannel[session]; channel !== NONE; ) {
      const next = channels.next[channel]
      const stream = channels.stream[channel]
      const isDrained = streams.table.writtenBytes[stream] === channels.sentBytes[channel]
      if (channels.isClosing[channel] === 1 && isDrained && channels.isOpen[channel] === 1) this.sendEnd(channel)
      channel = next
    }
  }

  /** EOF while the user still reads, CLOSE when it does not. */
  private sendEnd(channel: SshChannel): void {
    const { channels, streams } = this
    if (streams.table.userKind[channels.stream[channel]] === NONE) return this.close(channel)
    if (channels.hasSentEnd[channel] === 1) return
    channels.hasSentEnd[channel] = 1
    channels.awaitsRoom[channel] = 0
    this.waitsForWindow(channel)
    this.sendFor(channel, this.sizesOf(channels.session[channel]).endBytes, CHANNEL_EOF, 0)
  }

  close(channel: SshChannel): void {
    const { channels } = this
    if (channels.hasSentClose[channel] === 1) return
    channels.hasSentClose[channel] = 1
    channels.hasSentEnd[channel] = 1
    this.sendFor(channel, this.sizesOf(channels.session[channel]).endBytes, CHANNEL_CLOSE, 0)
  }

  sendFor(channel: SshChannel, lengthBytes: number, kind: number, value: number): void {
    this.send(this.channels.session[channel], lengthBytes, kind, value, this.channels.peerNumber[channel], NONE)
  }

  send(
    session: SshSession,
    lengthBytes: number,
    kind: number,
    value: number,
    detail: number,
    carried: Content,
    carriedOffset = 0,
  ): void {
    const lower = this.sessions.lower[session]
    if (lower !== NONE && this.streams.table.hasFinished[lower] === 0)
      this.streams.write(lower, lengthBytes, kind, value, detail, carried, carriedOffset)
  }

  sizesOf(session: SshSession): ChannelSizes {
    const { cipher } = this.transport.sizesOf(session)
    const known = this.sizes.get(cipher)
    if (known !== undefined) return known
    const sizes = channelSizes(cipher, TYPICAL_TARGET, TYPICAL_ORIGIN)
    this.sizes.set(cipher, sizes)
    return sizes
  }
}
