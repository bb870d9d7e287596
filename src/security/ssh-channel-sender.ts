import { linkInOrder, unlinkRow } from '../engine/linked-rows.ts'
import { NONE } from '../engine/table.ts'
import type { AccountTable } from '../network/account.ts'
import type { ActivityTable } from '../network/activity.ts'
import type { Content } from '../transport/rows.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { SshChannel, SshSession } from './rows.ts'
import { noteRead } from './ssh-buffer.ts'
import { SSH_CHANNEL } from './ssh-channel.ts'
import { type ChannelSizes, channelSizes, dataPacketBytes, type SshSizes } from './ssh-parameters.ts'
import { CHANNEL_CLOSE, CHANNEL_DATA, CHANNEL_EOF, type SshChannelTable, type SshSessionTable } from './ssh-session.ts'

/** The SSH connection that carries the channels. */
export interface ChannelTransport {
  /** Starts to encrypt a packet. Returns true when that takes no time; otherwise `goOnSending` is called at its end. */
  sealData(session: SshSession, lengthBytes: number): boolean
  /** Accounts for the allocation of a buffer of `lengthBytes`; 0 for none. */
  growBuffer(session: SshSession, lengthBytes: number): void
  sizesOf(session: SshSession): SshSizes
  /** Returns the most bytes that the program behind a channel reads at once. */
  readBytes(session: SshSession): number
}

const TYPICAL_TARGET = '10.128.0.2'
const TYPICAL_ORIGIN = '127.0.0.1'

/**
 * Sends the packets of a connection's channels, one packet of each channel in turn, as windows and the connection
 * allow.
 */
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
   * Whether the channel's user may write more. Go's client writes a packet and waits until it was sent. sshd reads from
   * its socket until it has as much as the window allows to send (OpenSSH channels.c, channel_pre_open).
   */
  hasRoom(channel: SshChannel): boolean {
    const { channels, sessions, streams } = this
    const unsent = this.unsentBytes(channel)
    const session = channels.session[channel]
    const lower = sessions.lower[session]
    const hasRoom =
      lower !== NONE &&
      (sessions.isClient[session] === 1
        ? unsent < SSH_CHANNEL.maxPacketBytes && streams.hasRoom(lower)
        : unsent < channels.sendWindowBytes[channel])
    this.setAwaitsRoom(channel, !hasRoom)
    if (!hasRoom) this.waitsForWindow(channel)
    return hasRoom
  }

  /** Called after the user of an sshd's channel has written. It represents sshd reading from its socket. */
  buffer(channel: SshChannel): void {
    const { channels, sessions, streams } = this
    const session = channels.session[channel]
    if (sessions.isClient[session] === 1) return
    this.transport.growBuffer(
      session,
      noteRead(channels, channel, streams.table.writtenBytes[channels.stream[channel]]),
    )
  }

  /** Called when the user of a channel has flushed its data. */
  flush(channel: SshChannel): void {
    this.setUnsent(channel)
    this.pump(this.channels.session[channel])
  }

  /** Called when the user of a channel writes no more. */
  finish(channel: SshChannel): void {
    const { channels } = this
    channels.isClosing[channel] = 1
    this.setMustEnd(channel, true)
    this.setUnsent(channel)
    this.pump(channels.session[channel])
  }

  /** Called when the user of a channel that writes no more reads no more either: CLOSE goes with the next packet. */
  detach(channel: SshChannel): void {
    this.setMustEnd(channel, true)
  }

  /** Called when a channel may carry data. */
  noteOpen(channel: SshChannel): void {
    this.channels.isOpen[channel] = 1
    this.noteEnding(channel)
  }

  /** Called before a channel is released. */
  forget(channel: SshChannel): void {
    this.setAwaitsRoom(channel, false)
    this.setMustEnd(channel, false)
    this.setHasUnsent(channel, false)
  }

  /** Called when the window of a channel has grown. */
  noteWindow(channel: SshChannel): void {
    this.waitsForWindow(channel)
  }

  private setUnsent(channel: SshChannel): void {
    this.setHasUnsent(channel, this.unsentBytes(channel) > 0)
    this.noteEnding(channel)
  }

  private setHasUnsent(channel: SshChannel, has: boolean): void {
    const { hasUnsent, number, previousUnsent, nextUnsent, session } = this.channels
    const { firstUnsent, lastUnsent, turn, unsentTurn } = this.sessions
    if (has === (hasUnsent[channel] === 1)) return
    hasUnsent[channel] = has ? 1 : 0
    const owner = session[channel]
    const next = unsentTurn[owner]
    if (has) {
      const isBefore = next !== NONE && number[channel] < number[next]
      const from = isBefore ? next : lastUnsent[owner]
      linkInOrder(firstUnsent, lastUnsent, owner, previousUnsent, nextUnsent, number, channel, from)
      const isFromTurn = turn[owner] !== NONE && number[channel] >= number[turn[owner]]
      if (isFromTurn && (isBefore || next === NONE)) unsentTurn[owner] = channel
    } else {
      if (next === channel) unsentTurn[owner] = nextUnsent[channel]
      unlinkRow(firstUnsent, lastUnsent, owner, previousUnsent, nextUnsent, channel)
    }
  }

  private setAwaitsRoom(channel: SshChannel, awaits: boolean): void {
    const { awaitsRoom, number, previousWaiting, nextWaiting, session } = this.channels
    const { firstWaiting, lastWaiting } = this.sessions
    if (awaits === (awaitsRoom[channel] === 1)) return
    awaitsRoom[channel] = awaits ? 1 : 0
    const owner = session[channel]
    if (awaits) linkInOrder(firstWaiting, lastWaiting, owner, previousWaiting, nextWaiting, number, channel)
    else unlinkRow(firstWaiting, lastWaiting, owner, previousWaiting, nextWaiting, channel)
  }

  private setMustEnd(channel: SshChannel, must: boolean): void {
    this.channels.mustEnd[channel] = must ? 1 : 0
    this.noteEnding(channel)
  }

  /** Notes whether the user of a channel has finished, all of its data was sent, and the other end does not know. */
  private noteEnding(channel: SshChannel): void {
    const { isEnding, isOpen, mustEnd, number, previousEnding, nextEnding, session } = this.channels
    const { firstEnding, lastEnding } = this.sessions
    const ends = mustEnd[channel] === 1 && isOpen[channel] === 1 && this.unsentBytes(channel) === 0
    if (ends === (isEnding[channel] === 1)) return
    isEnding[channel] = ends ? 1 : 0
    const owner = session[channel]
    if (ends) linkInOrder(firstEnding, lastEnding, owner, previousEnding, nextEnding, number, channel)
    else unlinkRow(firstEnding, lastEnding, owner, previousEnding, nextEnding, channel)
  }

  private unsentBytes(channel: SshChannel): number {
    const { channels, streams } = this
    return streams.table.writtenBytes[channels.stream[channel]] - channels.sentBytes[channel]
  }

  /** Sends packets of channels with data and window, one of each in turn, while the connection accepts more. */
  pump(session: SshSession): void {
    const { channels, sessions, streams, transport } = this
    const generation = sessions.generation[session]
    this.endDrained(session)
    while (sessions.generation[session] === generation && this.canPump(session)) {
      const channel = this.nextToSend(session)
      if (channel === NONE) return this.wakeWriters(session)
      const unsent = this.unsentBytes(channel)
      sessions.turn[session] = channels.next[channel]
      sessions.unsentTurn[session] = channels.nextUnsent[channel]
      sessions.sealingChannel[session] = channel
      const mostBytes = Math.min(unsent, channels.sendWindowBytes[channel], SSH_CHANNEL.maxPacketBytes)
      sessions.sealingBytes[session] = streams.contiguousBytes(
        channels.stream[channel],
        channels.sentBytes[channel],
        mostBytes,
      )
      if (!transport.sealData(session, sessions.sealingBytes[session])) return
      this.writeData(session)
    }
  }

  /** Called when a packet is encrypted. */
  goOnSending(session: SshSession): void {
    const generation = this.sessions.generation[session]
    this.writeData(session)
    if (this.sessions.generation[session] === generation) this.pump(session)
  }

  private canPump(session: SshSession): boolean {
    const { sessions, streams } = this
    const lower = sessions.lower[session]
    return sessions.sealingBytes[session] === 0 && lower !== NONE && streams.hasRoom(lower)
  }

  /**
   * Writes the encrypted packet. `sealingBytes` stays set while users are called, so that they send no other packet.
   */
  private writeData(session: SshSession): void {
    const { channels, sessions, streams } = this
    const channel = sessions.sealingChannel[session]
    const generation = sessions.generation[session]
    if (channel !== NONE) {
      const lengthBytes = sessions.sealingBytes[session]
      const content = streams.sendContentAt(channels.stream[channel], channels.sentBytes[channel])
      const offset = streams.sendOffset
      channels.sentBytes[channel] += lengthBytes
      this.setUnsent(channel)
      channels.sendWindowBytes[channel] -= lengthBytes
      this.accounts.addCarriedBytes(channels.account[channel], lengthBytes)
      this.accounts.addCarriedBytes(sessions.account[session], lengthBytes)
      const bytes = dataPacketBytes(lengthBytes, this.transport.sizesOf(session).cipher)
      this.send(session, bytes, CHANNEL_DATA, lengthBytes, channels.peerNumber[channel], content, offset)
      this.wakeWriter(channel)
      if (sessions.generation[session] !== generation) return
    }
    sessions.sealingChannel[session] = NONE
    sessions.sealingBytes[session] = 0
    this.endDrained(session)
  }

  /** Wakes the writers of all channels that have no data because they were told to wait, in the order of channels. */
  private wakeWriters(session: SshSession): void {
    const { channels, sessions } = this
    const generation = sessions.generation[session]
    for (let channel = sessions.firstWaiting[session]; channel !== NONE; ) {
      const number = channels.number[channel]
      const before = channels.previousWaiting[channel]
      const beforeGeneration = before === NONE ? 0 : channels.generation[before]
      this.wakeWriter(channel)
      if (sessions.generation[session] !== generation) return
      // The user may have ended channels, and other channels may wait or no longer wait.
      const stillWaits =
        before !== NONE && channels.generation[before] === beforeGeneration && channels.awaitsRoom[before] === 1
      channel = stillWaits ? before : sessions.firstWaiting[session]
      while (channel !== NONE && channels.number[channel] <= number) channel = channels.nextWaiting[channel]
    }
  }

  wakeWriter(channel: SshChannel): void {
    if (this.channels.awaitsRoom[channel] === 1 && this.hasRoom(channel))
      this.streams.drained(this.channels.stream[channel])
  }

  /** Returns the first channel with data and window, from the one whose turn it is; NONE for none. */
  private nextToSend(session: SshSession): SshChannel {
    const { sessions, channels } = this
    const first = sessions.firstUnsent[session]
    const start = sessions.unsentTurn[session]
    for (let channel = start; channel !== NONE; channel = channels.nextUnsent[channel]) {
      if (this.canSend(channel)) return channel
    }
    for (let channel = first; channel !== start; channel = channels.nextUnsent[channel]) {
      if (this.canSend(channel)) return channel
    }
    return NONE
  }

  private canSend(channel: SshChannel): boolean {
    const { channels } = this
    if (channels.isOpen[channel] === 0 || channels.hasSentEnd[channel] === 1) return false
    return !this.waitsForWindow(channel) && this.unsentBytes(channel) > 0
  }

  /**
   * Whether the channel has data and no window. sshd reads no data that it may not send, so that data may be waiting
   * elsewhere.
   */
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

  /** Ends the channels whose user has finished and all of whose data was sent. */
  private endDrained(session: SshSession): void {
    const { sessions } = this
    while (sessions.firstEnding[session] !== NONE) this.sendEnd(sessions.firstEnding[session])
  }

  /** Sends EOF while the user still reads, and CLOSE when it does not. */
  private sendEnd(channel: SshChannel): void {
    const { channels, streams } = this
    if (streams.table.userKind[channels.stream[channel]] === NONE) return this.close(channel)
    this.setMustEnd(channel, false)
    if (channels.hasSentEnd[channel] === 1) return
    channels.hasSentEnd[channel] = 1
    this.setAwaitsRoom(channel, false)
    this.waitsForWindow(channel)
    this.sendFor(channel, this.sizesOf(channels.session[channel]).endBytes, CHANNEL_EOF, 0)
  }

  close(channel: SshChannel): void {
    const { channels } = this
    this.setMustEnd(channel, false)
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
