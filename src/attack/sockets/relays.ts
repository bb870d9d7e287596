import { ProxiedRequests, type ProxiedRequestsParts } from '../../cluster/apiserver/proxied-requests.ts'
import { RefusedUpgrades } from '../../cluster/apiserver/refused-upgrades.ts'
import { NONE } from '../../engine/table.ts'
import type { HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Tls } from '../../security/tls.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { KnowledgeLog } from '../state/knowledge-log.ts'
import type { AcceptedMessages } from '../wiretap/accepted-messages.ts'
import type { RelayPlan } from './sockets-plan.ts'
import { tcpBelow } from './tcp-below.ts'

/** The parts of a simulation that relays are built from. */
export interface RelayParts
  extends Omit<ProxiedRequestsParts, 'payers' | 'plans' | 'refusedUpgrades' | 'refuse' | 'noteRefused'> {
  readonly accepted: AcceptedMessages
  readonly knowledge: KnowledgeLog
  readonly tls: Tls
  readonly tcp: Tcp
  /** The server's address on each path of the plan, as an index into the address book. */
  readonly serverAddresses: readonly number[]
}

/** The lowest HTTP status code of an error. */
const FIRST_FAILURE = 400

/** Forwards each request to the real server, and that server's response to the client, as an apiserver's proxy does. */
export class RelayService implements HttpService {
  private readonly parts: RelayParts
  private readonly plan: RelayPlan
  private readonly proxied: ProxiedRequests

  constructor(parts: RelayParts, plan: RelayPlan, step: number) {
    this.parts = parts
    this.plan = plan
    const { arena, streams, http, upstreams, accounts, accepted, serverAddresses } = parts
    const account = accounts.allocate()
    this.proxied = new ProxiedRequests({
      ...parts,
      payers: new Map([...plan.proxied.keys()].map((request) => [request, account])),
      plans: plan.proxied,
      refuse: (exchange) => this.abort(exchange),
      noteRefused: () => 0,
      refusedUpgrades: new RefusedUpgrades(arena, streams, http, upstreams, 'closed'),
    })
    this.proxied.chooseEndpoint = (exchange, ends) => {
      const dialled = this.addressDialled(exchange)
      return ends.findIndex(({ path }) => serverAddresses[path] === dialled)
    }
    this.proxied.onForwarding = (exchange, status) => {
      if (status < FIRST_FAILURE) accepted.noteRelayed(step, exchange)
    }
  }

  onRequest(exchange: Exchange): void {
    const { http, knowledge } = this.parts
    const { attacker, credential, proxied } = this.plan
    const canShow = credential === null || knowledge.hasCredential(attacker, credential)
    if (canShow && proxied.has(http.exchanges.request[exchange])) this.proxied.begin(exchange)
    else this.abort(exchange)
  }

  /** Returns the address that the client dialled. If the path has several servers, the relay forwards to that one. */
  private addressDialled(exchange: Exchange): number {
    const { http, streams, tls, tcp } = this.parts
    const connection = tcpBelow(http.lowerOf(exchange), streams, tls, tcp)
    return connection === NONE ? NONE : tcp.connections.localAddress[connection]
  }

  /** Aborts the exchange: the real server cannot be reached, and an error response from the relay would reveal it. */
  private abort(exchange: Exchange): void {
    this.parts.streams.abort(this.parts.http.exchanges.stream[exchange])
  }
}
