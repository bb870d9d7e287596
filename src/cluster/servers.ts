import type { Ssh } from '../security/ssh.ts'
import type { Tls } from '../security/tls.ts'
import type { Acceptor, Tcp } from '../transport/tcp.ts'
import type { HttpServers } from '../workload/http-server.ts'
import type { Listener } from './path.ts'

/** Puts the right server behind each connection that comes in. */
export class Servers implements Acceptor {
  private readonly listeners: readonly Listener[]
  private readonly tls: Tls
  private readonly ssh: Ssh
  private readonly http: HttpServers

  constructor(tcp: Tcp, tls: Tls, ssh: Ssh, http: HttpServers, listeners: readonly Listener[]) {
    this.listeners = listeners
    this.tls = tls
    this.ssh = ssh
    this.http = http
    tcp.acceptWith(this)
    listeners.forEach(({ host, port }, listener) => {
      tcp.listen(host, port, listener)
    })
  }

  onAccept(listener: number, stream: number): void {
    const server = this.listeners[listener]
    switch (server.kind) {
      case 'http':
        return this.http.serve(stream)
      case 'https':
        return this.http.serve(this.tls.accept(stream, server.tlsServer))
      case 'ssh':
        return this.ssh.accept(stream, server.sshServer)
    }
  }
}
