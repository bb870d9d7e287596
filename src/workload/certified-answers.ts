import type { Http, HttpService } from '../http/http.ts'
import type { Exchange } from '../http/rows.ts'
import type { Tls } from '../security/tls.ts'
import type { Answers } from './answers.ts'

/**
 * A server outside a cluster whose clients have certificates: TLS asks for one, as Kubernetes' servers do, and whoever
 * has shown none is refused (as a kubelet with a config file does,
 * pkg/kubelet/apis/config/v1beta1/defaults.go).
 */
export class CertifiedAnswers implements HttpService {
  readonly service: number
  private readonly tls: Tls
  private readonly http: Http
  private readonly answers: Answers

  constructor(tls: Tls, http: Http, answers: Answers) {
    this.tls = tls
    this.http = http
    this.answers = answers
    this.service = http.registerService(this)
  }

  onRequest(exchange: Exchange): void {
    if (this.tls.clientCertificateOf(this.http.lowerOf(exchange)) === null) this.answers.refuse(exchange)
    else this.answers.onRequest(exchange)
  }
}
