import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { Ssh } from '../../security/ssh.ts'
import type { Tls } from '../../security/tls.ts'
import type { Stream } from '../../transport/rows.ts'
import type { Acceptor, Tcp } from '../../transport/tcp.ts'
import { ANY_ADDRESS, type Listener, type ServiceKind } from './path.ts'

/** Listens on all ports, and attaches the right server to each accepted connection. */
export class Servers implements Acceptor {
  private readonly listeners: readonly Listener[]
  private readonly tls: Tls
  private readonly ssh: Ssh
  private readonly http: Http
  private readonly services: Readonly<Record<ServiceKind, number>>

  constructor(
    tcp: Tcp,
    tls: Tls,
    ssh: Ssh,
    http: Http,
    services: Readonly<Record<ServiceKind, number>>,
    listeners: readonly Listener[],
  ) {
    this.listeners = listeners
    this.tls = tls
    this.ssh = ssh
    this.http = http
    this.services = services
    tcp.acceptWith(this)
    listeners.forEach((listener, index) => {
      const bindAddress = listener.kind === 'ssh' ? ANY_ADDRESS : listener.bindAddress
      const address = bindAddress === ANY_ADDRESS ? NONE : bindAddress
      tcp.listen(listener.host, listener.port, index, address, 'silence' in listener ? listener.silence : undefined)
    })
  }

  onAccept(listener: number, stream: Stream): void {
    const server = this.listeners[listener]
    switch (server.kind) {
      case 'http':
        return this.http.serve(stream, this.services[server.service], server.http2)
      case 'https':
        return this.http.serve(this.tls.accept(stream, server.tlsServer), this.services[server.service], server.http2)
      case 'ssh':
        return this.ssh.accept(stream, server.sshServer)
    }
  }
}
