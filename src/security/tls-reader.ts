import { NONE } from '../engine/table.ts'
import type { Content, Mark } from '../transport/rows.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import { brokenRecordEnd } from './broken-record.ts'
import type { TlsSession } from './rows.ts'
import type { TlsCosts } from './tls-costs.ts'
import type { TlsHandshake } from './tls-handshake.ts'
import type { TlsPeers } from './tls-peers.ts'
import {
  APPLICATION_DATA,
  CLIENT_HELLO,
  CLOSE_NOTIFY,
  READY,
  SERVER_FLIGHT,
  type TlsSessionTable,
} from './tls-session.ts'
import { mixTranscript } from './transcript.ts'

/** The operations of a TLS session that its reader uses. */
export interface ReadingEnd {
  /** Starts work, after which `goOn` is called, or `giveUp` for a broken record. */
  workToOpen(row: TlsSession, costNs: number, isBroken: boolean): void
  isFree(row: TlsSession, costNs: number): boolean
  onPeerData(row: TlsSession, content: Content): void
  /** Sends an alert and fails the session. */
  refuseRecord(row: TlsSession, isGarbage: boolean): void
  fail(row: TlsSession, reason: FailureReason): void
}

/**
 * Reads flights and records from the stream below, one after the other. A record decrypts only as the other end has
 * encrypted it: altered or inserted bytes break the record that they are in.
 */
export class TlsReader {
  private readonly sessions: TlsSessionTable
  private readonly streams: ByteStreams
  private readonly peers: TlsPeers
  private readonly costs: TlsCosts
  private readonly handshake: TlsHandshake
  private readonly end: ReadingEnd

  constructor(
    sessions: TlsSessionTable,
    streams: ByteStreams,
    peers: TlsPeers,
    costs: TlsCosts,
    handshake: TlsHandshake,
    end: ReadingEnd,
  ) {
    this.sessions = sessions
    this.streams = streams
    this.peers = peers
    this.costs = costs
    this.handshake = handshake
    this.end = end
  }

  take(row: TlsSession, content: Content, offset: number, lengthBytes: number): void {
    const { sessions } = this
    if (content !== sessions.peerContent[row]) this.takeOther(row, content, offset, lengthBytes)
    else if (sessions.brokenAt[row] === Number.POSITIVE_INFINITY) sessions.arrivedBytes[row] += lengthBytes
    this.openNext(row)
  }

  /** Processes the complete flights and records that have arrived, until one needs CPU time. */
  openNext(row: TlsSession): void {
    const { sessions, streams } = this
    while (this.canOpen(row)) {
      const content = sessions.peerContent[row]
      if (content === NONE || streams.contents.nextMarkEnd(content) > sessions.arrivedBytes[row]) {
        if (streams.table.receivedBytes[sessions.lower[row]] >= sessions.brokenAt[row]) this.openBroken(row)
        else if (sessions.hasLowerEnded[row] === 1 && sessions.hasCloseNotify[row] === 0) this.failAtEnd(row)
        return
      }
      const costNs = this.openingNs(row, streams.contents.nextMark(content))
      sessions.isOpening[row] = 1
      if (!this.end.isFree(row, costNs)) return this.end.workToOpen(row, costNs, false)
      this.finishOpening(row)
    }
  }

  goOn(row: TlsSession): void {
    this.finishOpening(row)
    this.openNext(row)
  }

  /**
   * Refuses a broken record. Go answers a record that does not decrypt with bad_record_mac, and data that is no record
   * with unexpected_message (crypto/tls/conn.go, readRecordOrCCS).
   */
  giveUp(row: TlsSession): void {
    const { sessions } = this
    this.end.refuseRecord(row, sessions.brokenAt[row] === sessions.arrivedBytes[row])
  }

  // Altered and inserted bytes.

  private takeOther(row: TlsSession, content: Content, offset: number, lengthBytes: number): void {
    const { sessions, streams } = this
    const original = streams.contents.originalOf(content)
    if (sessions.peerContent[row] === NONE) {
      streams.contents.hold(original)
      sessions.peerContent[row] = original
      this.end.onPeerData(row, original)
    }
    if (sessions.brokenAt[row] !== Number.POSITIVE_INFINITY) return
    const isPeers = original === sessions.peerContent[row]
    if (isPeers && (original === content || this.isInPlaintext(row))) {
      if (original !== content) sessions.transcript[row] = this.mixed(row, content)
      sessions.arrivedBytes[row] += lengthBytes
    } else {
      const peer = sessions.peerContent[row]
      sessions.brokenAt[row] = brokenRecordEnd(streams.contents, peer, sessions.arrivedBytes[row], content, offset)
    }
  }

  /**
   * Returns whether the next bytes belong to a plaintext flight. An altered flight gives both ends different
   * transcripts and keys, so the first encrypted record does not decrypt (RFC 8446 section 4.4.1; in 1.2 by
   * extended_master_secret, RFC 7627).
   */
  private isInPlaintext(row: TlsSession): boolean {
    const { contents } = this.streams
    const { marks } = contents
    const mark = contents.markAt(this.sessions.peerContent[row], this.sessions.arrivedBytes[row])
    if (mark === NONE) return false
    const kind = marks.kind[mark]
    return kind === CLIENT_HELLO || (kind === SERVER_FLIGHT && this.peers.version(row) === '1.2')
  }

  private mixed(row: TlsSession, content: Content): number {
    return mixTranscript(this.sessions.transcript[row], this.streams.contents, content)
  }

  private openBroken(row: TlsSession): void {
    const { sessions } = this
    const costNs = this.costs.recordNs(row, sessions.brokenAt[row] - sessions.arrivedBytes[row])
    sessions.isOpening[row] = 1
    if (this.end.isFree(row, costNs)) this.giveUp(row)
    else this.end.workToOpen(row, costNs, true)
  }

  // One flight or record.

  private canOpen(row: TlsSession): boolean {
    const { sessions, streams } = this
    return (
      sessions.isOpening[row] === 0 && sessions.lower[row] !== NONE && streams.table.isPaused[sessions.upper[row]] === 0
    )
  }

  private openingNs(row: TlsSession, mark: Mark): number {
    const { marks } = this.streams.contents
    const kind = marks.kind[mark]
    return kind === APPLICATION_DATA
      ? this.costs.recordNs(row, marks.value[mark])
      : this.costs.answerNs(row, kind, marks.value[mark])
  }

  /** Fails at an end without a close_notify, which an attacker may have caused (RFC 8446 section 6.1). */
  private failAtEnd(row: TlsSession): void {
    this.end.fail(row, this.sessions.state[row] === READY ? 'unexpected end' : 'connection reset')
  }

  private finishOpening(row: TlsSession): void {
    const { sessions, streams } = this
    const { contents } = streams
    const mark = contents.detachMark(sessions.peerContent[row])
    const { kind, value, detail, carried, carriedOffset } = contents.marks
    sessions.isOpening[row] = 0
    if (kind[mark] === APPLICATION_DATA)
      streams.received(sessions.upper[row], carried[mark], carriedOffset[mark], value[mark])
    else if (kind[mark] === CLOSE_NOTIFY) this.takeCloseNotify(row)
    else this.handshake.answer(row, kind[mark], value[mark], detail[mark])
    contents.releaseMark(mark)
  }

  private takeCloseNotify(row: TlsSession): void {
    this.sessions.hasCloseNotify[row] = 1
    this.streams.ended(this.sessions.upper[row])
  }
}
