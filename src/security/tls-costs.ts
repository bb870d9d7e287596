import type { TlsSession } from './rows.ts'
import type { KeyExchange } from './tls-messages.ts'
import type { TlsPeers } from './tls-peers.ts'
import { CLIENT_FLIGHT, CLIENT_HELLO, SERVER_FINISHED, SERVER_FLIGHT, type TlsSessionTable } from './tls-session.ts'

/** The CPU costs of a TLS session's work, in nanoseconds. */
export class TlsCosts {
  private readonly sessions: TlsSessionTable
  private readonly peers: TlsPeers

  constructor(sessions: TlsSessionTable, peers: TlsPeers) {
    this.sessions = sessions
    this.peers = peers
  }

  helloNs(row: TlsSession): number {
    return this.peers.cpu(row).tlsFlightNs[this.peers.version(row)] + this.keyShareNs(row)
  }

  recordNs(row: TlsSession, lengthBytes: number): number {
    const { recordNs, recordByteNs } = this.peers.cpu(row)
    return recordNs + Math.round(recordByteNs * lengthBytes)
  }

  /** The cost of answering a flight: the shared secret, and signatures to create and to verify. */
  answerNs(row: TlsSession, kind: number, value: number): number {
    const cpu = this.peers.cpu(row)
    switch (kind) {
      case CLIENT_HELLO: {
        const server = this.peers.directory.servers[this.sessions.parameters[row]]
        const { keyExchange, version } = this.peers.directory.clients[value]
        if (keyExchange === 'rsa') return cpu.tlsFlightNs[version]
        return cpu.tlsFlightNs[version] + 2 * cpu.keyShareNs[keyExchange] + cpu.signNs[server.presents.certificate.key]
      }
      case SERVER_FLIGHT:
        return this.flightNs(row) + this.agreeNs(row) + this.checkServerNs(row, value) + this.proveClientNs(row, value)
      case CLIENT_FLIGHT:
        return this.flightNs(row) + this.decryptNs(row) + this.checkClientNs(row)
      case SERVER_FINISHED:
        return this.flightNs(row)
      default:
        return 0
    }
  }

  private flightNs(row: TlsSession): number {
    return this.peers.cpu(row).tlsFlightNs[this.peers.version(row)]
  }

  /**
   * The cost of the handshake's signature, or of encrypting a secret, which costs the same; with a CA, of its signature
   * too.
   */
  private checkServerNs(row: TlsSession, server: number): number {
    const { verifyNs } = this.peers.cpu(row)
    const { certificate, issuer } = this.peers.directory.servers[server].presents
    const { trusts } = this.peers.directory.clients[this.sessions.parameters[row]]
    return verifyNs[certificate.key] + (trusts === null ? 0 : verifyNs[issuer.key])
  }

  private proveClientNs(row: TlsSession, server: number): number {
    const { presents } = this.peers.directory.clients[this.sessions.parameters[row]]
    const isAsked = this.peers.directory.servers[server].clientAuthority !== null
    return isAsked && presents !== null ? this.peers.cpu(row).signNs[presents.certificate.key] : 0
  }

  private checkClientNs(row: TlsSession): number {
    const { verifyNs } = this.peers.cpu(row)
    const { presents } = this.peers.clientOf(row)
    if (this.peers.serverOf(row).clientAuthority === null || presents === null) return 0
    return verifyNs[presents.certificate.key] + verifyNs[presents.issuer.key]
  }

  /** The cost of the key share, which Go creates for TLS 1.3 even where the handshake does not use it. */
  private keyShareNs(row: TlsSession): number {
    const exchange = this.keyExchangeOf(row)
    return this.peers.cpu(row).keyShareNs[exchange === 'rsa' ? 'x25519' : exchange]
  }

  private agreeNs(row: TlsSession): number {
    return this.keyExchangeOf(row) === 'rsa' ? 0 : this.keyShareNs(row)
  }

  /**
   * Returns the cost of decrypting the client's secret with the server's private key. It equals the cost of a
   * signature.
   */
  private decryptNs(row: TlsSession): number {
    if (this.peers.clientOf(row).keyExchange !== 'rsa') return 0
    return this.peers.cpu(row).signNs[this.peers.serverOf(row).presents.certificate.key]
  }

  private keyExchangeOf(row: TlsSession): KeyExchange {
    return this.peers.directory.clients[this.sessions.parameters[row]].keyExchange
  }
}
