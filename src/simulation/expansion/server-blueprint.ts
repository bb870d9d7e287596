import type { ServiceKind } from '../../cluster/paths/path.ts'
import type { TlsServer } from '../../security/tls-parameters.ts'

/** A program that listens for HTTP on a port of a host. */
export interface ServerBlueprint {
  readonly host: string
  readonly port: number
  /** Dotted; null: all addresses of the host. */
  readonly bindAddress: string | null
  readonly service: ServiceKind
  /** Whose settings of HTTP/2 it has: those of the apiserver, or those of Go's net/http. */
  readonly http2: 'apiserver' | 'go'
  /** null: plain HTTP. */
  readonly tls: ServerTlsBlueprint | null
  /** Why it is there, for people. */
  readonly origin: string
}

interface ServerTlsBlueprint extends Pick<TlsServer, 'clientCertificates' | 'protocol' | 'isUnissued'> {
  /** By name. */
  readonly certificate: string
  /** The CA that it trusts for client certificates, by name; null: none. */
  readonly clientCa: string | null
}
