import { NONE } from '../engine/table.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { Certificate } from './certificate.ts'
import type { CpuProfile } from './cpu-profile.ts'
import type { TlsSession } from './rows.ts'
import { type HandshakeSizes, handshakeSizes, type TlsClient, type TlsServer } from './tls-parameters.ts'
import type { TlsSessionTable } from './tls-session.ts'

/** The parameters that TLS sessions refer to by index. Immutable. */
export interface TlsDirectory {
  readonly clients: readonly TlsClient[]
  readonly servers: readonly TlsServer[]
  /** The CPU profile of each host. */
  readonly cpus: readonly CpuProfile[]
}

/** Looks up the parameters of both ends of a session, as far as this end knows them. */
export class TlsPeers {
  readonly directory: TlsDirectory
  private readonly sessions: TlsSessionTable
  private readonly streams: ByteStreams
  // These derive from the directory, so they are no state of a simulation.
  private readonly sizes = new Map<number, HandshakeSizes>()
  /** Properties of clients that each record needs, as arrays: thousands of objects would not stay in the cache. */
  private readonly speaks13: Uint8Array
  private readonly hasGoSizing: Uint8Array

  constructor(sessions: TlsSessionTable, streams: ByteStreams, directory: TlsDirectory) {
    this.sessions = sessions
    this.streams = streams
    this.directory = directory
    this.speaks13 = Uint8Array.from(directory.clients, ({ version }) => (version === '1.3' ? 1 : 0))
    this.hasGoSizing = Uint8Array.from(directory.clients, ({ recordSizing }) => (recordSizing === 'go' ? 1 : 0))
  }

  cpu(row: TlsSession): CpuProfile {
    return this.directory.cpus[this.streams.table.host[this.sessions.upper[row]]]
  }

  clientOf(row: TlsSession): TlsClient {
    return this.directory.clients[this.clientIndexOf(row)]
  }

  private clientIndexOf(row: TlsSession): number {
    const { sessions } = this
    return sessions.isClient[row] === 1 ? sessions.parameters[row] : sessions.peerParameters[row]
  }

  serverOf(row: TlsSession): TlsServer {
    const { sessions } = this
    return this.directory.servers[
      sessions.isClient[row] === 1 ? sessions.peerParameters[row] : sessions.parameters[row]
    ]
  }

  /** Returns the index of the client at the far end, if this end has requested its certificate; otherwise NONE. */
  requestedClient(row: TlsSession): number {
    const { sessions } = this
    if (sessions.isClient[row] === 1 || sessions.peerParameters[row] === NONE) return NONE
    return this.serverOf(row).clientCertificates === 'none' ? NONE : sessions.peerParameters[row]
  }

  /** Returns the certificate of the client at the far end; null if none was requested or the client has none. */
  clientCertificate(row: TlsSession): Certificate | null {
    const client = this.requestedClient(row)
    return client === NONE ? null : (this.directory.clients[client].presents?.certificate ?? null)
  }

  version(row: TlsSession): '1.2' | '1.3' {
    return this.speaks13[this.clientIndexOf(row)] === 1 ? '1.3' : '1.2'
  }

  /** The version of the session; '1.2' for a server that has received no ClientHello yet. */
  versionSpoken(row: TlsSession): '1.2' | '1.3' {
    const { sessions } = this
    return sessions.isClient[row] === 0 && sessions.peerParameters[row] === NONE ? '1.2' : this.version(row)
  }

  recordSizing(row: TlsSession): 'go' | 'fixed' {
    if (this.sessions.isClient[row] === 0) return this.serverOf(row).recordSizing
    return this.hasGoSizing[this.sessions.parameters[row]] === 1 ? 'go' : 'fixed'
  }

  clientHelloBytes(row: TlsSession): number {
    const server = 0
    return this.sizesBetween(this.sessions.parameters[row], server).clientHelloBytes
  }

  sizesOf(row: TlsSession): HandshakeSizes {
    const { sessions } = this
    const isClient = sessions.isClient[row] === 1
    const client = isClient ? sessions.parameters[row] : sessions.peerParameters[row]
    const server = isClient ? sessions.peerParameters[row] : sessions.parameters[row]
    return this.sizesBetween(client, server)
  }

  private sizesBetween(client: number, server: number): HandshakeSizes {
    const key = client * this.directory.servers.length + server
    const known = this.sizes.get(key)
    if (known !== undefined) return known
    const sizes = handshakeSizes(this.directory.clients[client], this.directory.servers[server])
    this.sizes.set(key, sizes)
    return sizes
  }
}
