import type { Http, HttpService } from '../http/http.ts'
import type { Exchange } from '../http/rows.ts'
import type { Tls } from '../security/tls.ts'
import type { Responder } from './responder.ts'

/**
 * A server outside a cluster whose clients have certificates. TLS requests a certificate, as the servers of Kubernetes
 * do, and a client that has shown none is refused, as by a kubelet with a configuration file
 * (pkg/kubelet/apis/config/v1beta1/defaults.go).
 */
export class CertifiedResponder implements HttpService {
  readonly service: number
  private readonly tls: Tls
  private readonly http: Http
  private readonly responder: Responder

  constructor(tls: Tls, http: Http, responder: Responder) {
    this.tls = tls
    this.http = http
    this.responder = responder
    this.service = http.registerService(this)
  }

  onRequest(exchange: Exchange): void {
    if (this.tls.clientCertificateOf(this.http.lowerOf(exchange)) === null) this.responder.refuse(exchange)
    else this.responder.onRequest(exchange)
  }
}
