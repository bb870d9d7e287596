/** A path as the simulation runs it: from a host to a port of another, by way of what. Immutable. */
export interface Path {
  readonly name: string
  readonly fromHost: number
  readonly toHost: number
  /** Indices into the address book, of the direct connection. */
  readonly localAddress: number
  readonly remoteAddress: number
  readonly port: number
  /** Index of a TlsClient; NONE: plain. */
  readonly tlsClient: number
  /** Index of a Tunnel; NONE: straight over the links. */
  readonly tunnel: number
}

/** An SSH connection that paths share: one for each pair of hosts and rule for the host key. Immutable. */
export interface Tunnel {
  readonly name: string
  readonly fromHost: number
  readonly viaHost: number
  readonly localAddress: number
  readonly remoteAddress: number
  readonly nameHigh: number
  readonly nameLow: number
  /** Index of SshClientParameters. */
  readonly sshClient: number
  readonly isWarm: boolean
}

export const SSH_PORT = 22

/** What answers on a port. Immutable; a listener is known by its index. */
export type Listener =
  | { readonly kind: 'http'; readonly host: number; readonly port: number }
  /** `tlsServer`: index of a TlsServer. */
  | { readonly kind: 'https'; readonly host: number; readonly port: number; readonly tlsServer: number }
  /** `sshServer`: index of SshServerParameters. */
  | { readonly kind: 'ssh'; readonly host: number; readonly port: number; readonly sshServer: number }
