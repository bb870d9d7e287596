import type { Arena } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http } from '../../http/http.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Network } from '../../network/network.ts'
import type { Processors } from '../../network/processor.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Responder } from '../../workload/responder.ts'
import type { Plan } from '../plan/plan.ts'

/** What the services of a cluster are built from. */
export interface ServiceContext {
  readonly plan: Plan
  readonly arena: Arena
  readonly timeline: Timeline
  readonly processors: Processors
  readonly accounts: AccountTable
  readonly network: Network
  readonly streams: ByteStreams
  readonly tls: Tls
  readonly http: Http
  readonly answers: Responder
}
