import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { FailureReason } from '../transport/failure.ts'
import type { TlsPeers } from './tls-peers.ts'
import {
  ALERT,
  CLIENT_FLIGHT,
  CLIENT_HELLO,
  CLIENT_SERVER_FINISHED,
  CLIENT_SERVER_FLIGHT,
  SERVER_CLIENT_FLIGHT,
  SERVER_FINISHED,
  SERVER_FLIGHT,
  type TlsSessionTable,
} from './tls-session.ts'
import { checkCommonName, type Refusal, verifyCertificate } from './verify-certificate.ts'

/** What a handshake needs done at its end of the connection. */
export interface HandshakeEnd {
  /** Writes a whole flight. */
  send(row: number, lengthBytes: number, kind: number): void
  becomeReady(row: number): void
  fail(row: number, reason: FailureReason): void
}

/** internal_error, before there are keys: a record's header, level and description (RFC 8446 sections 5.1 and 6). */
const PLAIN_ALERT_BYTES = 5 + 2

/** Who says what when, and what each end checks (see tls-flights.ts for the order of flights). */
export class TlsHandshake {
  private readonly sessions: TlsSessionTable
  private readonly timeline: Timeline
  private readonly peers: TlsPeers
  private readonly end: HandshakeEnd

  constructor(sessions: TlsSessionTable, timeline: Timeline, peers: TlsPeers, end: HandshakeEnd) {
    this.sessions = sessions
    this.timeline = timeline
    this.peers = peers
    this.end = end
  }

  sayHello(row: number): void {
    this.sessions.state[row] = CLIENT_SERVER_FLIGHT
    this.end.send(row, this.peers.clientHelloBytes(row), CLIENT_HELLO)
  }

  answer(row: number, kind: number, value: number): void {
    const { sessions } = this
    switch (kind) {
      case CLIENT_HELLO:
        sessions.peerParameters[row] = value
        if (this.peers.serverOf(row).isUnissued === true) return this.refuseAll(row)
        sessions.state[row] = SERVER_CLIENT_FLIGHT
        return this.end.send(row, this.peers.sizesOf(row).serverFlightBytes, SERVER_FLIGHT)
      case SERVER_FLIGHT:
        sessions.peerParameters[row] = value
        return this.answerServerFlight(row)
      case CLIENT_FLIGHT:
        return this.answerClientFlight(row)
      case SERVER_FINISHED:
        return this.end.becomeReady(row)
      case ALERT:
        return this.end.fail(row, this.reasonOfAlert(row))
    }
  }

  /** Go's GetCertificate gave it none (crypto/tls handshake_server.go). */
  private refuseAll(row: number): void {
    this.end.send(row, PLAIN_ALERT_BYTES, ALERT)
    this.end.fail(row, 'no certificate to show')
  }

  private reasonOfAlert(row: number): FailureReason {
    const { sessions } = this
    if (sessions.isClient[row] === 0) return 'certificate refused'
    return sessions.state[row] === CLIENT_SERVER_FLIGHT ? 'no certificate to show' : 'client certificate refused'
  }

  private answerServerFlight(row: number): void {
    const { sessions } = this
    const sizes = this.peers.sizesOf(row)
    if (this.refusalOfServer(row) !== null) {
      this.end.send(row, sizes.clientAbortBytes, ALERT)
      return this.end.fail(row, 'certificate refused')
    }
    this.end.send(row, sizes.clientFlightBytes, CLIENT_FLIGHT)
    if (this.peers.version(row) === '1.3') return this.end.becomeReady(row)
    sessions.state[row] = CLIENT_SERVER_FINISHED
  }

  private answerClientFlight(row: number): void {
    const sizes = this.peers.sizesOf(row)
    if (this.refusalOfClient(row) !== null) {
      this.end.send(row, sizes.serverAbortBytes, ALERT)
      return this.end.fail(row, 'client certificate refused')
    }
    if (this.peers.version(row) === '1.2') this.end.send(row, sizes.serverFinishedBytes, SERVER_FINISHED)
    this.end.becomeReady(row)
  }

  /** What a client finds wrong with the certificate that it was shown. */
  private refusalOfServer(row: number): Refusal | null {
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

  private refusalOfClient(row: number): Refusal | 'no-certificate' | null {
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
