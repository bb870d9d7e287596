import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import { reasonOfRefusal } from './refused-certificate.ts'
import type { TlsSession } from './rows.ts'
import { clientAbortFlight, serverAbortFlight } from './tls-flights.ts'
import { CIPHER } from './tls-parameters.ts'
import type { TlsPeers } from './tls-peers.ts'
import { alertBytes, type TlsVersion } from './tls-records.ts'
import {
  ALERT,
  BAD_RECORD_MAC,
  CLIENT_FLIGHT,
  CLIENT_HELLO,
  CLIENT_SERVER_FINISHED,
  CLIENT_SERVER_FLIGHT,
  SERVER_CLIENT_FLIGHT,
  SERVER_CLIENT_HELLO,
  SERVER_FINISHED,
  SERVER_FLIGHT,
  type TlsSessionTable,
  UNEXPECTED_MESSAGE,
} from './tls-session.ts'
import { mixTranscript } from './transcript.ts'
import { checkCommonName, type Refusal, verifyCertificate } from './verify-certificate.ts'

/** The operations of a TLS session that its handshake uses. */
export interface HandshakeEnd {
  /** Writes a whole flight. */
  send(row: TlsSession, lengthBytes: number, kind: number): void
  /** Sends an alert and fails the session. */
  refuse(row: TlsSession, alertBytes: number, description: number, reason: FailureReason): void
  onPeerKnown(row: TlsSession): void
  becomeReady(row: TlsSession): void
  fail(row: TlsSession, reason: FailureReason): void
}

/** The size of a plaintext alert: a record header, level and description (RFC 8446 sections 5.1 and 6). */
const PLAIN_ALERT_BYTES = 5 + 2

/** The size of the alert for a record that does not decrypt, which depends on the keys that an end has in a state. */
function brokenAlertBytes(state: number, version: TlsVersion): number {
  if (state === SERVER_CLIENT_HELLO) return PLAIN_ALERT_BYTES
  if (state === CLIENT_SERVER_FLIGHT) return clientAbortFlight(version, CIPHER).bytes
  if (state === SERVER_CLIENT_FLIGHT) return serverAbortFlight(version, CIPHER).bytes
  return alertBytes(version, true, CIPHER)
}

/**
 * The TLS handshake: the flights of each end, their times, and what each end verifies (see tls-flights.ts for the
 * order).
 */
export class TlsHandshake {
  private readonly sessions: TlsSessionTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly peers: TlsPeers
  private readonly end: HandshakeEnd

  constructor(sessions: TlsSessionTable, timeline: Timeline, streams: ByteStreams, peers: TlsPeers, end: HandshakeEnd) {
    this.sessions = sessions
    this.timeline = timeline
    this.streams = streams
    this.peers = peers
    this.end = end
  }

  sendClientHello(row: TlsSession): void {
    this.sessions.state[row] = CLIENT_SERVER_FLIGHT
    this.end.send(row, this.peers.clientHelloBytes(row), CLIENT_HELLO)
  }

  /** Processes a flight. `detail` is the transcript before the flight at the end that sent it; of an alert, its code. */
  answer(row: TlsSession, kind: number, value: number, detail: number): void {
    const { sessions, streams } = this
    if (kind === ALERT) return this.end.fail(row, this.reasonOfAlert(row, detail))
    if (this.isSealed(row, kind) && detail !== sessions.transcript[row]) return this.refuseRecord(row)
    sessions.transcript[row] = mixTranscript(sessions.transcript[row], streams.contents, sessions.peerContent[row])
    switch (kind) {
      case CLIENT_HELLO:
        return this.answerClientHello(row, value)
      case SERVER_FLIGHT:
        sessions.peerParameters[row] = value
        this.end.onPeerKnown(row)
        return this.answerServerFlight(row)
      case CLIENT_FLIGHT:
        return this.answerClientFlight(row)
      case SERVER_FINISHED:
        return this.end.becomeReady(row)
    }
  }

  /** Refuses data that does not decrypt, or that is no record at all (`isGarbage`). */
  refuseRecord(row: TlsSession, isGarbage = false): void {
    const bytes = brokenAlertBytes(this.sessions.state[row], this.peers.versionSpoken(row))
    this.end.refuse(row, bytes, isGarbage ? UNEXPECTED_MESSAGE : BAD_RECORD_MAC, 'record broken')
  }

  /** Returns whether a flight has an encrypted part, which decrypts only where both ends have the same transcript. */
  private isSealed(row: TlsSession, kind: number): boolean {
    return kind === CLIENT_FLIGHT || kind === SERVER_FINISHED || (kind === SERVER_FLIGHT && this.is13(row))
  }

  private is13(row: TlsSession): boolean {
    return this.peers.versionSpoken(row) === '1.3'
  }

  private answerClientHello(row: TlsSession, client: number): void {
    const { sessions } = this
    sessions.peerParameters[row] = client
    this.end.onPeerKnown(row)
    if (this.peers.serverOf(row).isUnissued === true) return this.refuseAll(row)
    sessions.state[row] = SERVER_CLIENT_FLIGHT
    this.end.send(row, this.peers.sizesOf(row).serverFlightBytes, SERVER_FLIGHT)
  }

  /** Go's GetCertificate returned no certificate (crypto/tls/handshake_server.go). */
  private refuseAll(row: TlsSession): void {
    this.end.refuse(row, PLAIN_ALERT_BYTES, 0, 'no certificate to show')
  }

  private reasonOfAlert(row: TlsSession, description: number): FailureReason {
    const { sessions } = this
    if (description === BAD_RECORD_MAC) return 'remote error: bad record MAC'
    if (description === UNEXPECTED_MESSAGE) return 'remote error: unexpected message'
    if (sessions.isClient[row] === 0) return 'certificate refused'
    return sessions.state[row] === CLIENT_SERVER_FLIGHT
      ? 'remote error: tls: internal error'
      : 'client certificate refused'
  }

  private answerServerFlight(row: TlsSession): void {
    const { sessions } = this
    const sizes = this.peers.sizesOf(row)
    const refusal = this.refusalOfServer(row)
    if (refusal !== null) return this.end.refuse(row, sizes.clientAbortBytes, 0, reasonOfRefusal(refusal))
    this.end.send(row, sizes.clientFlightBytes, CLIENT_FLIGHT)
    if (this.peers.version(row) === '1.3') return this.end.becomeReady(row)
    sessions.state[row] = CLIENT_SERVER_FINISHED
  }

  private answerClientFlight(row: TlsSession): void {
    const sizes = this.peers.sizesOf(row)
    if (this.refusalOfClient(row) !== null)
      return this.end.refuse(row, sizes.serverAbortBytes, 0, 'client certificate refused')
    if (this.peers.version(row) === '1.2') this.end.send(row, sizes.serverFinishedBytes, SERVER_FINISHED)
    this.end.becomeReady(row)
  }

  /** Returns why a client refuses the server's certificate; null if it accepts it. */
  private refusalOfServer(row: TlsSession): Refusal | null {
    const client = this.peers.clientOf(row)
    if (client.trusts === null) return null
    const rule = {
      kind: 'ca',
      ca: client.trusts,
      expectedName: client.serverName,
      usage: 'server',
      nowS: this.nowS(),
    } as const
    const { certificate } = this.peers.serverOf(row).presents
    return verifyCertificate(certificate, rule) ?? checkCommonName(certificate, client.expectedCommonName)
  }

  private refusalOfClient(row: TlsSession): Refusal | 'no-certificate' | null {
    const { clientCertificates, clientAuthority } = this.peers.serverOf(row)
    const { presents } = this.peers.clientOf(row)
    if (clientCertificates === 'none' || clientCertificates === 'requested') return null
    if (presents === null) return clientCertificates === 'required' ? 'no-certificate' : null
    if (clientAuthority === null) return 'unknown-authority'
    const rule = { kind: 'ca', ca: clientAuthority, expectedName: null, usage: 'client', nowS: this.nowS() } as const
    return verifyCertificate(presents.certificate, rule)
  }

  private nowS(): number {
    return Math.floor(this.timeline.now / NS_PER_S)
  }
}
