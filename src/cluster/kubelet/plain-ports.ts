import type { Http, HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import { type AccessObserver, NOT_REFUSED } from '../access/access-observer.ts'
import { isServedReadOnly } from '../messages/kubelet-requests.ts'
import { splitTarget } from '../messages/operations.ts'
import type { KubeletPlan } from './kubelet-plan.ts'

const OK = 'ok'
const NOT_FOUND = '404: Page Not Found'

/** The kind of the mark at the end of a response. */
const ANSWER = 65

/**
 * The kubelet's plain HTTP ports, which do not authenticate: 10255, which only serves reads, and 10248 on 127.0.0.1,
 * which only serves health checks.
 */
export class KubeletPlainPorts {
  readonly readOnlyService: number
  readonly healthService: number
  accessObserver: AccessObserver | null = null
  private readonly http: Http
  private readonly answers: HttpService
  private readonly plan: KubeletPlan

  constructor(http: Http, answers: HttpService, plan: KubeletPlan) {
    this.http = http
    this.answers = answers
    this.plan = plan
    this.readOnlyService = http.registerService({ onRequest: (exchange) => this.onRead(exchange) })
    this.healthService = http.registerService({ onRequest: (exchange) => this.onHealth(exchange) })
  }

  private onRead(exchange: Exchange): void {
    const { line, hasHandler: isAnswered } = this.plan.requests[this.http.exchanges.request[exchange]]
    if (isHealthCheck(line.target)) return this.respondHealthy(exchange)
    if (!isServedReadOnly(line)) return this.respondNotFound(exchange)
    this.accessObserver?.onDecided(exchange, null, true, NOT_REFUSED)
    if (isAnswered) return this.answers.onRequest(exchange)
    this.respond(exchange, this.plan.refusals.get(404)!, NOT_FOUND.length)
  }

  private onHealth(exchange: Exchange): void {
    const { line } = this.plan.requests[this.http.exchanges.request[exchange]]
    if (isHealthCheck(line.target)) return this.respondHealthy(exchange)
    this.respondNotFound(exchange)
  }

  private respondHealthy(exchange: Exchange): void {
    this.accessObserver?.onDecided(exchange, null, true, NOT_REFUSED)
    this.respond(exchange, this.plan.healthy, OK.length)
  }

  private respondNotFound(exchange: Exchange): void {
    this.accessObserver?.onDecided(exchange, null, false, 404)
    this.respond(exchange, this.plan.refusals.get(404)!, NOT_FOUND.length)
  }

  private respond(exchange: Exchange, response: number, bytes: number): void {
    this.http.respondWhole(exchange, response, [{ bytes, kind: ANSWER, value: 0, detail: 0 }])
  }
}

function isHealthCheck(target: string): boolean {
  return splitTarget(target).path === '/healthz'
}
