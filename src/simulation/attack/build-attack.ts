import { Agents } from '../../attack/agents/agents.ts'
import type { RequestFacts } from '../../attack/attack-plan.ts'
import type { AttackRecord } from '../../attack/attack-record.ts'
import { AttackServers } from '../../attack/sockets/attack-servers.ts'
import { AttackerRequests } from '../../attack/sockets/attacker-requests.ts'
import { DecisionRecorder } from '../../attack/sockets/decision-recorder.ts'
import { ForgedResponses } from '../../attack/sockets/forged-responses.ts'
import { recordForwarding } from '../../attack/sockets/forwarded-connections.ts'
import { RelayService } from '../../attack/sockets/relays.ts'
import type { SocketsPlan } from '../../attack/sockets/sockets-plan.ts'
import { AttackState } from '../../attack/state/attack-state.ts'
import { Decisions } from '../../attack/state/decisions.ts'
import { EventCounts } from '../../attack/state/event-counts.ts'
import { KnowledgeLog } from '../../attack/state/knowledge-log.ts'
import { PassedOnLog } from '../../attack/state/passed-on-log.ts'
import { Refusals } from '../../attack/state/refusals.ts'
import { StepScheduler } from '../../attack/step-scheduler.ts'
import { AcceptedMessages } from '../../attack/wiretap/accepted-messages.ts'
import { type DecidingServer, recordArrivals } from '../../attack/wiretap/arrivals.ts'
import { ExchangePackets } from '../../attack/wiretap/exchange-packets.ts'
import { FramePackets } from '../../attack/wiretap/frame-packets.ts'
import { honestEndsOf } from '../../attack/wiretap/honest-ends.ts'
import { RefusalRecorder } from '../../attack/wiretap/refusal-recorder.ts'
import { Replicas } from '../../attack/wiretap/replicas.ts'
import { Wiretap } from '../../attack/wiretap/wiretap.ts'
import type { Konnectivity } from '../../cluster/konnectivity/konnectivity.ts'
import type { NodeAddresses } from '../../cluster/paths/node-addresses.ts'
import { ANY_ADDRESS } from '../../cluster/paths/path.ts'
import type { Servers } from '../../cluster/paths/servers.ts'
import type { Paths } from '../../cluster/paths.ts'
import type { Upstreams } from '../../cluster/upstreams/upstreams.ts'
import { NONE } from '../../engine/table.ts'
import type { Exchange } from '../../http/rows.ts'
import type { HttpClients } from '../../workload/http-clients.ts'
import { buildUpstreams, type ClusterServices } from '../apiserver/build-services.ts'
import type { ServiceContext } from '../build-context.ts'
import type { Plan } from '../plan.ts'

/** The parts from which attackers are built: the same as for everything else. */
export type AttackContext = ServiceContext & {
  readonly servers: Servers
  readonly paths: Paths
  readonly cluster: ClusterServices
  readonly clients: HttpClients
  readonly nodeAddresses: NodeAddresses
  readonly konnectivity: Konnectivity
}

/** The attackers of a simulation: the record of their actions and knowledge, and their sockets. */
export interface Attack {
  readonly record: AttackRecord
  readonly scheduler: StepScheduler
  readonly upstreams: Upstreams
  readonly agents: Agents
}

interface Observers {
  readonly wiretap: Wiretap
  readonly accepted: AcceptedMessages
}

/** Builds the attackers; returns null when there are none. */
export function buildAttack(context: AttackContext): Attack | null {
  const { plan, arena, timeline, streams, http, activities, accounts } = context
  const { attack, attackSockets } = plan
  if (attack === null || attackSockets === null) return null
  const state = new AttackState(arena, timeline, attack)
  const events = new EventCounts(arena, timeline, attack)
  const knowledge = new KnowledgeLog(arena, timeline, attack)
  const decisions = new Decisions(arena, timeline)
  const refusals = new Refusals(arena)
  const passedOn = new PassedOnLog(arena, timeline, attack)
  const record: AttackRecord = { plan: attack, state, events, knowledge, decisions, refusals, passedOn }
  context.cluster.observeProxied(passedOn)
  const observers = buildObservers(context, record)
  const agents = buildAgents(context, record, observers.wiretap)
  const upstreams = context.cluster.upstreams ?? buildUpstreams(context, context.clients, context.nodeAddresses)
  const services = buildServices(context, attackSockets, upstreams, observers.accepted, record)
  const ofHealthy = forgedResponses(
    context,
    () => true,
    () => {},
  )
  listen(context, attackSockets, record, services, http.registerService(ofHealthy))
  const requests = new AttackerRequests({
    arena,
    streams,
    http,
    upstreams,
    activities,
    accounts,
    record,
    requests: attackSockets.requests,
    onReady: (request, pauseNs) => scheduler.scheduleRequest(request, pauseNs),
  })
  const scheduler = new StepScheduler({
    record,
    sockets: attackSockets,
    timeline,
    target: plan.targets.attack,
    agents,
    requests,
    konnectivityAgents: context.konnectivity.agents,
  })
  return { record, scheduler, upstreams, agents }
}

/** Builds the observers of packets on the wire and of data that honest ends accept. */
function buildObservers(context: AttackContext, record: AttackRecord): Observers {
  const { plan, arena, timeline, network, streams, tcp, tls, ssh, http, cluster } = context
  const { decisions, refusals } = record
  const ends = honestEndsOf(plan.paths)
  const { packets } = network
  const { contents } = streams
  const frames = new FramePackets(arena, contents)
  const replicas = new Replicas(arena, contents, ends)
  context.paths.onDialled = (path, stream) => replicas.note(path, streams.table.sendContent[stream])
  const wiretap = new Wiretap({
    arena,
    timeline,
    attack: record,
    packets,
    addresses: network.addresses,
    contents,
    frames,
    tls: plan.tls,
    sessions: plan.sessions,
    tcp,
    ends,
    replicas,
    hasCarried: (step) => hasCarried(context, step),
  })
  recordArrivals({ network, contents, frames, attribution: wiretap.attribution, servers: decidingServers(plan) })
  const requestPackets = new ExchangePackets(arena, http.exchanges)
  const accepted = new AcceptedMessages({ arena, wiretap, http, streams, ends, replicas, frames, requestPackets })
  const recorder = new RefusalRecorder(refusals, streams, tcp)
  tls.sessionObserver = recorder.around(wiretap.tlsSessions, tls.sessions)
  ssh.sessionObserver = recorder.around(wiretap.sshSessions, ssh.sessions)
  http.readObserver = accepted
  const hasAccessControl = plan.cluster !== null
  const identities = plan.cluster?.apiserver.identities.identities ?? []
  const requests = (plan.attackSockets?.requests ?? []).flatMap(({ request, path, followUp }) => [
    { request, path },
    ...(followUp === null ? [] : [{ request: followUp.request, path }]),
  ])
  const { attribution } = wiretap
  const decisionRecorder = new DecisionRecorder({
    arena,
    decisions,
    attribution,
    ends,
    http,
    streams,
    tls,
    tcp,
    hasAccessControl,
    identities,
    requests,
    requestPackets,
  })
  cluster.observeAccess(decisionRecorder)
  http.responseObservers.push(decisionRecorder)
  return { wiretap, accepted }
}

/**
 * Returns the servers that decide on attackers' own requests: the servers that receive them, and the servers to which
 * the apiserver forwards them.
 */
function decidingServers({ attackSockets, cluster, paths }: Plan): DecidingServer[] {
  const asked = attackSockets?.requests ?? []
  const onward = asked.flatMap(({ request, followUp }) =>
    [request, ...(followUp === null ? [] : [followUp.request])].flatMap((each) =>
      (cluster?.apiserver.proxied.get(each)?.targets ?? []).flatMap(({ endpoints }) =>
        endpoints.map(({ path }) => path),
      ),
    ),
  )
  return [...asked.map(({ via }) => via), ...onward]
    .flatMap((path) => [path, ...paths[path].endpointPaths])
    .map((path) => ({ host: paths[path].toHost, port: paths[path].port }))
}

/** Returns whether a Konnectivity agent that the step runs has carried a connection of others. */
function hasCarried({ plan, konnectivity }: AttackContext, step: number): boolean {
  const { channels } = konnectivity.agents.table
  return (plan.attackSockets?.agents ?? []).some((own) => own.step === step && channels[own.agent] > 0)
}

function buildAgents(context: AttackContext, record: AttackRecord, wiretap: Wiretap): Agents {
  const { plan, arena, timeline, network, streams, tcp, relays, ssh, konnectivity } = context
  const agents = new Agents({
    ...record,
    arena,
    timeline,
    network,
    contents: streams.contents,
    tcp,
    watcher: wiretap,
    directory: plan.http,
    answers: plan.answers,
  })
  // Its rules come last, because they only record packets that leave a host.
  recordForwarding({
    ...record,
    timeline,
    network,
    tcp,
    relays,
    channels: ssh.channels,
    tunnelled: konnectivity.tunnelled,
    forge: agents.forge,
    ownAgents: plan.attackSockets?.agents ?? [],
  })
  return agents
}

/** Returns, for each step, the HTTP service behind the listeners of its attacker. */
function buildServices(
  context: AttackContext,
  { relays }: SocketsPlan,
  upstreams: Upstreams,
  accepted: AcceptedMessages,
  { plan: { steps, requests }, knowledge }: AttackRecord,
): readonly number[] {
  const { plan, http } = context
  const serverAddresses = plan.paths.map(({ remoteAddress }) => remoteAddress)
  const relayContext = { ...context, upstreams, accepted, knowledge, serverAddresses }
  return relays.map((relay, step) => {
    const service =
      relay === undefined
        ? forgedResponses(
            context,
            (request) => canSign(requests[request], steps[step].attacker, knowledge),
            (exchange) => accepted.noteForged(step, exchange),
          )
        : new RelayService(relayContext, relay, step)
    return http.registerService(service)
  })
}

/** Returns whether an attacker can make a response that its client accepts: it has the token that signs it, if any. */
function canSign({ signedWith }: RequestFacts, attacker: number, knowledge: KnowledgeLog): boolean {
  return signedWith === NONE || knowledge.hasCredential(attacker, { kind: 'token', subject: signedWith })
}

function forgedResponses(
  { plan, http, streams, answers }: AttackContext,
  canSignFor: (request: number) => boolean,
  onForged: (exchange: Exchange) => void,
): ForgedResponses {
  const isAnswered = (request: number) => plan.answers[request] !== undefined && canSignFor(request)
  return new ForgedResponses({ streams, http, answers, isAnswered, onForged })
}

function listen(
  context: AttackContext,
  { places }: SocketsPlan,
  record: AttackRecord,
  services: readonly number[],
  forgedResponses: number,
): void {
  const { plan, timeline, streams, tcp, tls, ssh, http, servers } = context
  const { listeners } = plan
  const isTaken = (host: number, port: number) =>
    listeners.some(
      (listener) =>
        listener.host === host &&
        listener.port === port &&
        (listener.kind === 'ssh' || listener.bindAddress === ANY_ADDRESS),
    )
  const honest = { honest: servers, honestCount: servers.count, isTaken }
  const parts = { timeline, streams, tcp, tls, ssh, http, record, places, services, forgedResponses }
  new AttackServers({ ...parts, ...honest, hasCarried: (step) => hasCarried(context, step) })
}
