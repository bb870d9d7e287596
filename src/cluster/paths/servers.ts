import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { Ssh } from '../../security/ssh.ts'
import type { Tls } from '../../security/tls.ts'
import type { Stream } from '../../transport/rows.ts'
import type { Acceptor, Tcp } from '../../transport/tcp.ts'
import type { TcpProxies } from '../../transport/tcp-proxies.ts'
import { ANY_ADDRESS, type Listener, type ServiceKind } from './path.ts'

/** The parts that servers are built from. */
export interface ServersParts {
  readonly tcp: Tcp
  readonly tcpProxies: TcpProxies
  readonly tls: Tls
  readonly ssh: Ssh
  readonly http: Http
  readonly services: Readonly<Record<ServiceKind, number>>
  readonly listeners: readonly Listener[]
}

/**
 * Listens on all ports, and attaches the right server to each accepted connection. The listeners of proxies are numbered
 * after the others.
 */
export class Servers implements Acceptor {
  private readonly parts: ServersParts

  constructor(parts: ServersParts) {
    const { tcp, tcpProxies, listeners } = parts
    this.parts = parts
    tcp.acceptWith(this)
    listeners.forEach((listener, index) => {
      const bindAddress = listener.kind === 'ssh' ? ANY_ADDRESS : listener.bindAddress
      const address = bindAddress === ANY_ADDRESS ? NONE : bindAddress
      tcp.listen(listener.host, listener.port, index, address, listener.silence)
    })
    for (let proxy = 0; proxy < tcpProxies.count; proxy++) tcp.intercept(proxy, listeners.length + proxy)
  }

  /** The number of listeners. */
  get count(): number {
    return this.parts.listeners.length + this.parts.tcpProxies.count
  }

  onAccept(listener: number, stream: Stream): void {
    const { tcpProxies, tls, ssh, http, services, listeners } = this.parts
    if (listener >= listeners.length) return tcpProxies.accept(stream, listener - listeners.length)
    const server = listeners[listener]
    switch (server.kind) {
      case 'http':
        return http.serve(stream, services[server.service], server.http2)
      case 'https':
        return http.serve(tls.accept(stream, server.tlsServer), services[server.service], server.http2)
      case 'ssh':
        return ssh.accept(stream, server.sshServer)
    }
  }
}
