import { Agents } from '../../attack/agents/agents.ts'
import type { AttackRecord } from '../../attack/attack-record.ts'
import { AttackServers } from '../../attack/sockets/attack-servers.ts'
import { DirectRequests } from '../../attack/sockets/direct-requests.ts'
import { FalseAgents } from '../../attack/sockets/false-agents.ts'
import { FalseAnswers } from '../../attack/sockets/false-answers.ts'
import { Possessions } from '../../attack/sockets/possessions.ts'
import { RelayService } from '../../attack/sockets/relays.ts'
import { Sockets } from '../../attack/sockets/sockets.ts'
import type { SocketsPlan } from '../../attack/sockets/sockets-plan.ts'
import { Thefts } from '../../attack/sockets/thefts.ts'
import { AttackState } from '../../attack/state/attack-state.ts'
import { Decisions } from '../../attack/state/decisions.ts'
import { KnowledgeLog } from '../../attack/state/knowledge-log.ts'
import { PassedRequests } from '../../attack/state/passed-requests.ts'
import { Refusals } from '../../attack/state/refusals.ts'
import { Tally } from '../../attack/state/tally.ts'
import { Acceptance } from '../../attack/wiretap/acceptance.ts'
import { Arrivals } from '../../attack/wiretap/arrivals.ts'
import { AttackerDecisions } from '../../attack/wiretap/attacker-decisions.ts'
import { honestEndsOf } from '../../attack/wiretap/honest-ends.ts'
import { RefusalWatch } from '../../attack/wiretap/refusal-watch.ts'
import { streamsBelow } from '../../attack/wiretap/streams-below.ts'
import { Wiretap } from '../../attack/wiretap/wiretap.ts'
import type { Konnectivity } from '../../cluster/konnectivity/konnectivity.ts'
import type { NodeAddresses } from '../../cluster/node-lifecycle/node-addresses.ts'
import { ANY_ADDRESS } from '../../cluster/paths/path.ts'
import type { Servers } from '../../cluster/paths/servers.ts'
import { Upstreams } from '../../cluster/upstreams/upstreams.ts'
import { ATTACK_TURN } from '../../engine/event-kinds.ts'
import { NONE } from '../../engine/table.ts'
import type { Stream } from '../../transport/rows.ts'
import type { HttpClients } from '../../workload/http-clients.ts'
import type { Responder } from '../../workload/responder.ts'
import type { BuildContext, HttpParts, NetworkParts, SecurityParts, TransportParts } from './build-context.ts'
import type { ClusterServices } from './build-services.ts'

/** What attackers' programs are built from, which is what everything else is built from too. */
export type AttackContext = BuildContext &
  NetworkParts &
  TransportParts &
  SecurityParts &
  HttpParts & {
    readonly servers: Servers
    readonly answers: Responder
    readonly cluster: ClusterServices
    readonly clients: HttpClients
    readonly nodeAddresses: NodeAddresses
    readonly konnectivity: Konnectivity
  }

/** Attackers: what they know and have done, and what they do. */
export interface Attack {
  readonly record: AttackRecord
  readonly sockets: Sockets
  readonly upstreams: Upstreams
}

interface Observers {
  readonly wiretap: Wiretap
  readonly acceptance: Acceptance
}

/** null: there are no attackers. */
export function buildAttack(context: AttackContext): Attack | null {
  const { plan, arena, timeline, streams, http, activities, accounts } = context
  const { attack, attackSockets } = plan
  if (attack === null || attackSockets === null) return null
  const state = new AttackState(arena, timeline, attack)
  const tally = new Tally(arena, timeline, attack)
  const knowledge = new KnowledgeLog(arena, timeline, attack)
  const decisions = new Decisions(arena, timeline)
  const refusals = new Refusals(arena)
  const passed = new PassedRequests(arena, timeline)
  const record: AttackRecord = { plan: attack, state, tally, knowledge, decisions, refusals, passed }
  context.cluster.observeProxied((request) => {
    const path = attack.requests[request]?.path ?? NONE
    if (path !== NONE) passed.note(path)
  })
  const observers = buildObservers(context, record)
  const agents = buildAgents(context, record, observers.wiretap)
  const upstreams = context.cluster.upstreams ?? buildUpstreams(context)
  const possessions = new Possessions(attack, knowledge)
  const services = buildServices(context, attackSockets, upstreams, observers.acceptance, possessions)
  listen(context, attackSockets, record, possessions, services)
  const { attack: target } = plan.targets
  const requests = new DirectRequests(
    { arena, streams, http, upstreams, activities, accounts, plan: attack, state, tally, possessions },
    attackSockets.asks,
    (ask, pauseNs) => timeline.schedule(timeline.now + pauseNs, target, ATTACK_TURN, 2 * attack.steps.length + ask),
  )
  const thefts = new Thefts(attack, state, knowledge, attackSockets.thefts)
  const stepByService = new Map(services.map((service, step) => [service, step]))
  const falseAgents = new FalseAgents(state, context.konnectivity.agents, attackSockets.agents)
  const sockets = new Sockets(
    attackSockets,
    attack,
    timeline,
    target,
    agents,
    requests,
    thefts,
    falseAgents,
    stepByService,
  )
  return { record, sockets, upstreams }
}

/** What attackers see on the wire, and what ends take for true. */
function buildObservers(
  context: AttackContext,
  { plan: attack, state, tally, knowledge, decisions, refusals }: AttackRecord,
): Observers {
  const { plan, arena, timeline, network, streams, tcp, tls, ssh, http, cluster } = context
  const ends = honestEndsOf(plan.paths)
  const { packets } = network
  const { contents } = streams
  const wiretap = new Wiretap({
    arena,
    timeline,
    plan: attack,
    packets,
    contents,
    tls: plan.tls,
    connections: tcp,
    ends,
    state,
    tally,
    knowledge,
  })
  const arrivals = new Arrivals(arena, network, contents, attack, plan.hosts.length)
  const below = (stream: Stream) => streamsBelow(stream, streams, tls, ssh.channels)
  const acceptance = new Acceptance({ arena, wiretap, http, streams, ends, arrivals, below })
  const watch = new RefusalWatch(refusals, streams, tcp)
  tls.sessionObserver = watch.around(wiretap.tlsSessions, tls.sessions)
  ssh.sessionObserver = watch.around(wiretap.sshSessions, ssh.sessions)
  http.readObserver = acceptance
  const identities = plan.cluster?.apiserver.identities.identities ?? []
  const asks = (plan.attackSockets?.asks ?? []).flatMap(({ request, path, tail }) => [
    { request, path },
    ...(tail === null ? [] : [{ request: tail.request, path }]),
  ])
  cluster.observeAccess(
    new AttackerDecisions({ decisions, choice: wiretap.choice, ends, http, streams, identities, asks }),
  )
  return { wiretap, acceptance }
}

function buildAgents(context: AttackContext, record: AttackRecord, wiretap: Wiretap): Agents {
  const { plan, arena, timeline, network, streams, tcp } = context
  const { plan: attack, state, tally } = record
  return new Agents({
    arena,
    timeline,
    network,
    contents: streams.contents,
    ends: tcp,
    plan: attack,
    state,
    tally,
    sighted: wiretap,
    directory: plan.http,
    answers: plan.answers,
  })
}

/** Without a cluster nothing else has upstream requests. */
function buildUpstreams(context: AttackContext): Upstreams {
  const { plan, arena, timeline, processors, clients, nodeAddresses } = context
  const { connections, shared } = clients
  const cpus = plan.hosts.map(({ cpu }) => cpu)
  const isHttp2 = plan.paths.map(({ tlsClients }) => tlsClients.http2 !== NONE)
  const { firstHost } = plan.targets
  return new Upstreams({
    arena,
    timeline,
    processors,
    connections,
    shared,
    addresses: nodeAddresses,
    cpus,
    isHttp2,
    firstHostTarget: firstHost,
  })
}

/** By step: the service at its listeners. */
function buildServices(
  context: AttackContext,
  { relays }: SocketsPlan,
  upstreams: Upstreams,
  acceptance: Acceptance,
  possessions: Possessions,
): readonly number[] {
  const { plan, http, streams, answers } = context
  const cpus = plan.hosts.map(({ cpu }) => cpu)
  const serverAddresses = plan.paths.map(({ remoteAddress }) => remoteAddress)
  const relayContext = { ...context, upstreams, acceptance, possessions, serverAddresses, cpus }
  const isAnswered = (request: number) => plan.answers[request] !== undefined
  return relays.map((relay, step) => {
    const service =
      relay === undefined
        ? new FalseAnswers(streams, http, answers, isAnswered)
        : new RelayService(relayContext, relay, step)
    return http.registerService(service)
  })
}

function listen(
  context: AttackContext,
  sockets: SocketsPlan,
  { plan: attack, state }: AttackRecord,
  possessions: Possessions,
  services: readonly number[],
): void {
  const { plan, timeline, streams, tcp, tls, ssh, http, servers } = context
  const isTaken = (host: number, port: number) =>
    plan.listeners.some(
      (listener) =>
        listener.host === host &&
        listener.port === port &&
        (listener.kind === 'ssh' || listener.bindAddress === ANY_ADDRESS),
    )
  new AttackServers(
    { timeline, streams, tcp, tls, ssh, http, plan: attack, state, possessions },
    servers,
    plan.listeners.length,
    isTaken,
    sockets.places,
    (step) => services[step],
  )
}
