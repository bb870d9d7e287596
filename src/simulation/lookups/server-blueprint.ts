import type { ServiceKind } from '../../cluster/paths/path.ts'
import type { TlsServer } from '../../security/tls-parameters.ts'

/** A program that listens for HTTP on a port of a host. */
export interface ServerBlueprint {
  readonly host: string
  readonly port: number
  /** The address on which it listens, dotted; null: all addresses of the host. */
  readonly bindAddress: string | null
  readonly service: ServiceKind
  /** Its HTTP/2 settings: those of the apiserver, or those of Go's net/http. */
  readonly http2: 'apiserver' | 'go'
  /** The TLS settings; null for plain HTTP. */
  readonly tls: ServerTlsBlueprint | null
  /** The reason for its existence, as text. */
  readonly origin: string
}

interface ServerTlsBlueprint extends Pick<TlsServer, 'clientCertificates' | 'protocol' | 'isUnissued'> {
  /** The name of its certificate. */
  readonly certificate: string
  /** The CA that it trusts for client certificates, by name; null: none. */
  readonly clientCa: string | null
}
