import type { Arena } from '../engine/arena.ts'
import { linkLast, unlinkRow } from '../engine/linked-rows.ts'
import { NumberedRows } from '../engine/numbered-rows.ts'
import { NONE } from '../engine/table.ts'
import type { AccountTable } from '../network/account.ts'
import type { ActivityTable } from '../network/activity.ts'
import type { Account } from '../network/rows.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { ByteStreams, Carrier } from '../transport/streams/byte-stream.ts'
import { derivedName } from '../transport/streams/derived-name.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { SshChannel, SshSession } from './rows.ts'
import { SSH_CHANNEL, windowGrantBytes } from './ssh-channel.ts'
import { type ChannelTransport, SshChannelSender } from './ssh-channel-sender.ts'
import {
  CHANNEL_CLOSE,
  CHANNEL_CONFIRMATION,
  CHANNEL_DATA,
  CHANNEL_EOF,
  CHANNEL_FAILURE,
  CHANNEL_OPEN,
  SshChannelTable,
  type SshSessionTable,
  WINDOW_ADJUST,
} from './ssh-session.ts'

/** Accepts direct-tcpip channels: attaches a user to the channel's stream, and then confirms or refuses. */
export interface ChannelAcceptor {
  /** Called for a requested channel. `target` is the number that the other end passed to `open`. */
  onChannel(channel: SshChannel, target: number): void
}

/** A request for a channel. */
export interface ChannelRequest {
  /** The target, a number that the far end interprets. */
  readonly target: number
  readonly nameHigh: number
  readonly nameLow: number
  readonly account: Account
}

const REPLY_DIRECTION = 1

/** The channels of SSH connections: windows, packets of at most 32 KiB, and turns between channels with data. */
export class SshChannels implements Carrier {
  readonly channels: SshChannelTable
  private readonly byNumber: NumberedRows<SshChannel>
  private readonly streams: ByteStreams
  private readonly activities: ActivityTable
  private readonly accounts: AccountTable
  private readonly sessions: SshSessionTable
  readonly sender: SshChannelSender
  private readonly transport: ChannelTransport
  private readonly carrierKind: number
  private acceptor!: ChannelAcceptor

  constructor(
    arena: Arena,
    streams: ByteStreams,
    activities: ActivityTable,
    accounts: AccountTable,
    sessions: SshSessionTable,
    transport: ChannelTransport,
  ) {
    this.channels = new SshChannelTable(arena)
    this.byNumber = new NumberedRows(arena, 0)
    this.streams = streams
    this.activities = activities
    this.accounts = accounts
    this.sessions = sessions
    this.transport = transport
    this.sender = new SshChannelSender(this.channels, sessions, streams, activities, accounts, transport)
    this.carrierKind = streams.registerCarrier(this)
  }

  connectAcceptor(acceptor: ChannelAcceptor): void {
    this.acceptor = acceptor
  }

  /** Returns the stream that carries the channel's SSH connection. */
  lowerOf(channel: SshChannel): Stream {
    return this.sessions.lower[this.channels.session[channel]]
  }

  /** Returns the channel that carries a stream; NONE if the stream is not in a channel. */
  channelOf(stream: Stream): SshChannel {
    return this.streams.isCarriedBy(stream, this) ? this.channels.rowAt(this.streams.table.carrier[stream]) : NONE
  }

  /** Requests a channel. Returns its stream, whose user will get `onOpen` or `onFailure`. */
  open(session: SshSession, request: ChannelRequest): Stream {
    const channel = this.allocate(session, request, true)
    this.sender.send(
      session,
      this.sender.sizesOf(session).openBytes,
      CHANNEL_OPEN,
      request.target,
      this.channels.number[channel],
      NONE,
    )
    return this.channels.stream[channel]
  }

  /** Confirms a requested channel, once its target is connected. */
  confirm(channel: SshChannel): void {
    const session = this.channels.session[channel]
    this.sender.noteOpen(channel)
    this.sender.sendFor(
      channel,
      this.sender.sizesOf(session).confirmationBytes,
      CHANNEL_CONFIRMATION,
      this.channels.number[channel],
    )
    this.sender.pump(session)
  }

  refuse(channel: SshChannel): void {
    this.sender.sendFor(channel, this.sender.sizesOf(this.channels.session[channel]).failureBytes, CHANNEL_FAILURE, 0)
    this.remove(channel)
  }

  // Called by the user of a channel's stream.

  flush(channel: SshChannel): void {
    this.sender.buffer(channel)
    this.sender.flush(channel)
  }

  finish(channel: SshChannel): void {
    this.sender.finish(channel)
  }

  detach(channel: SshChannel): void {
    this.sender.detach(channel)
  }

  abort(channel: SshChannel): void {
    this.sender.close(channel)
  }

  hasRoom(channel: SshChannel): boolean {
    return this.sender.hasRoom(channel)
  }

  resume(channel: SshChannel): void {
    this.grantWindow(channel)
  }

  // Called by the SSH connection.

  take(session: SshSession, kind: number, value: number, detail: number, carried: Content, offset: number): void {
    if (kind === CHANNEL_OPEN) return this.takeOpen(session, value, detail)
    const channel = this.byNumber.find(session, detail)
    if (channel === NONE) return
    switch (kind) {
      case CHANNEL_CONFIRMATION:
        return this.takeConfirmation(channel, value)
      case CHANNEL_FAILURE:
        return this.fail(channel, 'channel refused')
      case CHANNEL_DATA:
        return this.takeData(channel, value, carried, offset)
      case WINDOW_ADJUST:
        return this.takeAdjustment(channel, value)
      case CHANNEL_EOF:
        return this.takeEnd(channel)
      case CHANNEL_CLOSE:
        return this.takeClose(channel)
    }
  }

  failAll(session: SshSession, reason: FailureReason): void {
    for (
      let channel = this.sessions.firstChannel[session];
      channel !== NONE;
      channel = this.sessions.firstChannel[session]
    ) {
      this.fail(channel, reason)
    }
  }

  private allocate(
    session: SshSession,
    { target, nameHigh, nameLow, account }: ChannelRequest,
    isAuthor: boolean,
  ): SshChannel {
    const { channels, sessions, streams } = this
    const channel = channels.allocate()
    const host = streams.table.host[sessions.lower[session]]
    const number = sessions.nextChannelNumber[session]++
    const content = isAuthor ? streams.contents.create(nameHigh, nameLow, host) : NONE
    const stream = streams.open(host, this.carrierKind, channel, sessions.activity[session], nameHigh, nameLow, content)
    channels.session[channel] = session
    channels.number[channel] = number
    channels.peerNumber[channel] = NONE
    channels.target[channel] = target
    channels.stream[channel] = stream
    channels.account[channel] = account
    channels.sendWindowBytes[channel] = SSH_CHANNEL.windowBytes
    channels.receiveWindowBytes[channel] = SSH_CHANNEL.windowBytes
    linkLast(sessions.firstChannel, sessions.lastChannel, session, channels.previous, channels.next, channel)
    this.byNumber.addAs(session, number, channel)
    return channel
  }

  private takeOpen(session: SshSession, target: number, peerNumber: number): void {
    const { channels, sessions, streams } = this
    const lower = sessions.lower[session]
    const named = (hash: number) => derivedName(derivedName(hash, peerNumber), REPLY_DIRECTION)
    const { nameHigh, nameLow } = streams.table
    const request = { target, nameHigh: named(nameHigh[lower]), nameLow: named(nameLow[lower]), account: NONE }
    const channel = this.allocate(session, request, false)
    channels.peerNumber[channel] = peerNumber
    this.acceptor.onChannel(channel, target)
  }

  private takeConfirmation(channel: SshChannel, peerNumber: number): void {
    this.sender.noteOpen(channel)
    this.channels.peerNumber[channel] = peerNumber
    this.streams.opened(this.channels.stream[channel])
  }

  private takeData(channel: SshChannel, lengthBytes: number, content: Content, offset: number): void {
    const { channels, streams } = this
    const generation = channels.generation[channel]
    channels.receiveWindowBytes[channel] -= lengthBytes
    // The client's window is granted at the first of a packet's reads, for the data read so far.
    const firstReadBytes = Math.min(lengthBytes, this.transport.readBytes(channels.session[channel]))
    channels.consumedBytes[channel] += firstReadBytes
    this.accounts.addCarriedBytes(channels.account[channel], lengthBytes)
    this.accounts.addCarriedBytes(this.sessions.account[channels.session[channel]], lengthBytes)
    streams.received(channels.stream[channel], content, offset, lengthBytes)
    if (channels.generation[channel] !== generation) return
    this.grantWindow(channel)
    channels.consumedBytes[channel] += lengthBytes - firstReadBytes
  }

  /** The writer is woken even while no other channel can send: sshd goes on reading from its socket. */
  private takeAdjustment(channel: SshChannel, lengthBytes: number): void {
    const { channels } = this
    const generation = channels.generation[channel]
    channels.sendWindowBytes[channel] += lengthBytes
    this.sender.noteWindow(channel)
    this.sender.pump(channels.session[channel])
    if (channels.generation[channel] === generation) this.sender.wakeWriter(channel)
  }

  private takeEnd(channel: SshChannel): void {
    if (this.channels.hasEnded[channel] === 1) return
    this.channels.hasEnded[channel] = 1
    this.streams.ended(this.channels.stream[channel])
  }

  /** Each end sends one CLOSE. The channel is over for an end that has sent and received it (RFC 4254 section 5.3). */
  private takeClose(channel: SshChannel): void {
    const { channels, streams } = this
    const generation = channels.generation[channel]
    this.takeEnd(channel)
    if (channels.generation[channel] !== generation) return
    if (channels.hasSentClose[channel] === 0) {
      channels.hasSentClose[channel] = 1
      this.sender.sendFor(channel, this.sender.sizesOf(channels.session[channel]).endBytes, CHANNEL_CLOSE, 0)
      if (channels.generation[channel] !== generation) return
    }
    streams.failed(channels.stream[channel], 'unexpected end')
    if (channels.generation[channel] === generation) this.remove(channel)
  }

  /** Grants window for consumed data, unless the reader is paused. */
  private grantWindow(channel: SshChannel): void {
    const { channels, streams } = this
    if (streams.table.isPaused[channels.stream[channel]] === 1 || channels.hasSentClose[channel] === 1) return
    const grant = windowGrantBytes(channels.receiveWindowBytes[channel], channels.consumedBytes[channel])
    if (grant === 0) return
    channels.receiveWindowBytes[channel] += grant
    channels.consumedBytes[channel] -= grant
    this.sender.sendFor(channel, this.sender.sizesOf(channels.session[channel]).adjustBytes, WINDOW_ADJUST, grant)
  }

  private fail(channel: SshChannel, reason: FailureReason): void {
    const generation = this.channels.generation[channel]
    this.streams.failed(this.channels.stream[channel], reason)
    if (this.channels.generation[channel] === generation) this.remove(channel)
  }

  private remove(channel: SshChannel): void {
    const { channels, sessions } = this
    const session = channels.session[channel]
    this.sender.forget(channel)
    if (channels.isWindowClosed[channel] === 1) this.activities.changeClosedWindows(sessions.activity[session], -1)
    if (sessions.sealingChannel[session] === channel) sessions.sealingChannel[session] = NONE
    if (sessions.turn[session] === channel) sessions.turn[session] = channels.next[channel]
    unlinkRow(sessions.firstChannel, sessions.lastChannel, session, channels.previous, channels.next, channel)
    this.byNumber.remove(session, channels.number[channel])
    this.streams.release(channels.stream[channel])
    channels.release(channel)
  }
}
