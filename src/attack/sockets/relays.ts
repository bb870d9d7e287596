import { ProxiedRequests } from '../../cluster/apiserver/proxied-requests.ts'
import { RefusedUpgrades } from '../../cluster/apiserver/refused-upgrades.ts'
import type { Upstreams } from '../../cluster/upstreams/upstreams.ts'
import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Http, HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Processors } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { Acceptance } from '../wiretap/acceptance.ts'
import type { Possessions } from './possessions.ts'
import type { RelayPlan } from './sockets-plan.ts'
import { tcpBelow } from './tcp-below.ts'

export interface RelayGround {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly processors: Processors
  readonly http: Http
  readonly upstreams: Upstreams
  readonly accounts: AccountTable
  readonly acceptance: Acceptance
  readonly possessions: Possessions
  readonly tls: Tls
  readonly tcp: Tcp
  /** By path of the plan: index into the address book. */
  readonly serverAddresses: readonly number[]
  /** By host. */
  readonly cpus: readonly CpuProfile[]
}

/** Statuses from here on say that nothing came of it. */
const FIRST_FAILURE = 400

/** Asks the real server whatever it is asked, and says what that says: an apiserver's proxy does no more. */
export class RelayService implements HttpService {
  private readonly proxied: ProxiedRequests
  private readonly plan: RelayPlan
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly possessions: Possessions

  constructor(ground: RelayGround, plan: RelayPlan, step: number) {
    const { arena, streams, processors, http, upstreams, accounts, acceptance, cpus } = ground
    this.plan = plan
    this.streams = streams
    this.http = http
    this.possessions = ground.possessions
    const account = accounts.allocate()
    const payers = new Map([...plan.proxied.keys()].map((request) => [request, account]))
    const { proxied } = plan
    const refused = new RefusedUpgrades(arena, streams, http, upstreams, 'closed')
    this.proxied = new ProxiedRequests({
      arena,
      streams,
      processors,
      http,
      upstreams,
      accounts,
      payers,
      cpus,
      plans: proxied,
      refusedUpgrades: refused,
      refuse: (exchange) => this.breakOff(exchange),
    })
    this.proxied.chooseEndpoint = (exchange, ends) => {
      const dialled = this.addressDialled(exchange, ground)
      return ends.findIndex(({ path }) => ground.serverAddresses[path] === dialled)
    }
    this.proxied.onForwarding = (exchange, status) => {
      if (status < FIRST_FAILURE) acceptance.noteRelayed(step, exchange)
    }
  }

  onRequest(exchange: Exchange): void {
    const { attacker, credential, proxied } = this.plan
    const canShow = credential === null || this.possessions.has(attacker, credential)
    if (canShow && proxied.has(this.http.exchanges.request[exchange])) this.proxied.begin(exchange)
    else this.breakOff(exchange)
  }

  /** Of several servers the one whose name it answers in: another's answers would not even come by here. */
  private addressDialled(exchange: Exchange, { tls, tcp }: RelayGround): number {
    const connection = tcpBelow(this.http.lowerOf(exchange), this.streams, tls, tcp)
    return connection === NONE ? NONE : tcp.connections.localAddress[connection]
  }

  /** The real server is not to be had, and an answer of its own would give it away. */
  private breakOff(exchange: Exchange): void {
    this.streams.abort(this.http.exchanges.stream[exchange])
  }
}
