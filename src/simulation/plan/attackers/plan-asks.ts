import type { FollowUp, PlannedAttackerRequest } from '../../../attack/sockets/sockets-plan.ts'
import type { Credential } from '../../../attack/state/knowledge-log.ts'
import type { AskedFor, PlannedRequest, ServerKind } from '../../../attack/techniques/step-planner.ts'
import type { ProxiedRequestPlan } from '../../../cluster/apiserver/proxied-request-plan.ts'
import {
  apiserverResponseFields,
  clientRequestFields,
  kubeletResponseFields,
} from '../../../cluster/messages/api-headers.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import { plainRequestFields, plainResponseFields } from '../../../cluster/messages/plain-headers.ts'
import { hashString32 } from '../../../engine/hash.ts'
import { NONE } from '../../../engine/table.ts'
import type { HeaderField } from '../../../http/hpack/header-fields.ts'
import { formatAddress } from '../../../network/address-book.ts'
import { tokenSizeBytes } from '../../../security/bearer-token.ts'
import type { PlannedResponse } from '../../../workload/planned-response.ts'
import type { Blueprint } from '../../blueprint.ts'
import { GARBAGE_TOKEN } from '../../blueprint-attack.ts'
import { operationFacts } from '../../expansion/attackers/asked-for.ts'
import { type PlacedStep, stepsInOrder } from '../../expansion/attackers/attacker-names.ts'
import { credentialNeeded, credentialShown } from '../../expansion/attackers/shown-credential.ts'
import { requestsOf, serverKindAsked, viaOf } from '../../expansion/attackers/step-planner.ts'
import type { ExpandedBlueprint } from '../../expansion/expanded-blueprint.ts'
import { defaultVersionOf } from '../../expansion/path-traits.ts'
import { tokenNamed } from '../cluster/plan-bootstrapping.ts'
import { planOnward } from '../cluster/plan-proxied.ts'
import type { Caller, HttpCatalogue } from '../http/plan-http.ts'
import { HIGH_LANE, LOW_LANE } from '../name-lanes.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlannedPaths } from '../paths/plan-paths.ts'
import type { Identities } from '../security/plan-security.ts'
import { certificateNames, isBootstrapToken, tokenNames } from './secret-names.ts'

export interface AskContext {
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly catalogue: HttpCatalogue
  readonly answers: PlannedResponse[]
  readonly proxied: Map<number, ProxiedRequestPlan>
}

/** Requests of attackers' own, each with a place of its own in the catalogue. */
export function planAsks(context: AskContext): readonly PlannedAttackerRequest[] {
  const asks: PlannedAttackerRequest[] = []
  for (const placed of stepsInOrder(context.blueprint))
    for (const request of requestsOf(placed, context.blueprint)) {
      const after = request.pauseNs === undefined ? NONE : asks.length - 1
      asks.push(planAsk(placed, request, after, context))
    }
  return asks
}

function planAsk(placed: PlacedStep, spec: PlannedRequest, after: number, context: AskContext): PlannedAttackerRequest {
  const { blueprint, paths } = context
  const { asked, path, certificate, pauseNs = 0, tail } = spec
  const via = viaOf(placed, spec, blueprint)
  const server = serverKindAsked(spec, blueprint)
  const isOwn = certificate === undefined
  const shown = bearerShown(isOwn ? credentialShown(placed, blueprint) : null, context)
  const request = addRequest(asked, server, via, { ...spec.writes, ...shown.caller }, shown.bytes, context)
  if (tail !== undefined) {
    const proxied = planOnward(toKubelet(asked.line), true, tail.pod, context)
    if (proxied !== null) context.proxied.set(request, proxied)
  }
  return {
    step: placed.index,
    path: lookUp(paths.pathIndex, path.name),
    via: lookUp(paths.pathIndex, via),
    request,
    bodyBytes: asked.requestBodyBytes,
    isUpgrade: asked.isUpgrade,
    credential: secretOf(isOwn ? credentialNeeded(placed, blueprint) : null, blueprint),
    after,
    pauseNs,
    followUp: tail === undefined ? null : planFollowUp(tail.asked, spec, via, context),
    operation: operationFacts(asked.line, server, path.to, blueprint),
    nameHigh: hashString32(via, HIGH_LANE),
    nameLow: hashString32(via, LOW_LANE),
  }
}

/** As the apiserver writes on what a user has asked it for (pkg/registry/core/pod/strategy.go). */
function toKubelet({ method, target }: RequestLine): RequestLine {
  const [, namespace, pod, verb] = /namespaces\/([^/]+)\/pods\/([^/]+)\/(\w+)/.exec(target) ?? []
  return { method, target: `/${verb}/${namespace}/${pod}/${pod.replace(/-\d+$/, '')}` }
}

function planFollowUp(asked: AskedFor, { path, writes }: PlannedRequest, via: string, context: AskContext): FollowUp {
  const { isUpgrade, requestBodyBytes: bodyBytes, line } = asked
  const request = addRequest(asked, 'kubelet', via, { ...writes, ...NO_BEARER.caller }, 0, context)
  return { request, bodyBytes, isUpgrade, operation: operationFacts(line, 'kubelet', path.to, context.blueprint) }
}

function addRequest(
  asked: AskedFor,
  server: ServerKind,
  via: string,
  caller: Pick<Caller, 'token'> & Partial<Caller>,
  tokenBytes: number,
  context: AskContext,
): number {
  const { catalogue, answers } = context
  const fields = requestFields(asked, server, via, tokenBytes, context)
  const encoding = server === 'apiserver' ? 'json' : 'protobuf'
  const request = catalogue.request(asked.line, fields, asked.isUpgrade, { encoding, from: null, ...caller })
  const answer = answerTo(asked, server, context)
  if (answer !== null) answers[request] = answer
  return request
}

/** A bearer token, and how long it is. */
export interface Shown {
  readonly caller: Pick<Caller, 'token' | 'bearer'>
  readonly bytes: number
}

const NO_BEARER: Shown = { caller: { token: null }, bytes: 0 }
/** `abcdef.0123456789abcdef`, and a text that is none. */
const BOOTSTRAP_BYTES = 23
const GARBAGE_BYTES = 40

/** It is shown in a request's head, and not in TLS. */
export function isBearer(credential: string | null, { identities }: Blueprint): boolean {
  if (credential === null || credential === GARBAGE_TOKEN) return credential !== null
  return identities.some(({ name, kind }) => name === credential && kind === 'service-account-token')
}

export function bearerShown(credential: string | null, { blueprint, identities }: AskContext): Shown {
  if (credential === GARBAGE_TOKEN)
    return { caller: { token: null, bearer: { kind: 'unknown' } }, bytes: GARBAGE_BYTES }
  if (credential !== null && isBootstrapToken(credential, blueprint)) {
    const token = tokenNamed(credential, blueprint)
    return { caller: { token: null, bearer: { kind: 'bootstrap', token } }, bytes: BOOTSTRAP_BYTES }
  }
  const found = blueprint.identities.find(({ name }) => name === credential)
  if (found?.kind !== 'service-account-token') return NO_BEARER
  const token = identities.token(found.name)
  return { caller: { token }, bytes: tokenSizeBytes(token) }
}

/** What it must have; anybody can make up a text that looks like a token. */
export function secretOf(credential: string | null, blueprint: Blueprint): Credential | null {
  if (credential === null || credential === GARBAGE_TOKEN) return null
  const token = tokenNames(blueprint).indexOf(credential)
  if (token >= 0) return { kind: 'token', subject: token }
  return { kind: 'certificate-key', subject: certificateNames(blueprint).indexOf(credential) }
}

function requestFields(
  asked: AskedFor,
  server: ServerKind,
  via: string,
  tokenBytes: number,
  { paths, network }: AskContext,
): readonly HeaderField[] {
  const { remoteAddress, port, tlsClients } = paths.paths[lookUp(paths.pathIndex, via)]
  const authority = `${formatAddress(network.addresses.valueOf(remoteAddress))}:${port}`
  const { line, isUpgrade, requestBodyBytes, userAgent } = asked
  if (server === 'apiserver')
    return clientRequestFields({
      method: line.method,
      authority,
      path: line.target,
      userAgent,
      accept: JSON_TYPE,
      contentType: requestBodyBytes > 0 ? JSON_TYPE : null,
      contentLengthBytes: requestBodyBytes,
      tokenBytes,
    })
  return plainRequestFields({
    method: line.method === 'GET' ? 'GET' : 'POST',
    target: line.target,
    authority,
    scheme: tlsClients.http1 === NONE ? 'http' : 'https',
    userAgent,
    tokenBytes,
    bodyBytes: requestBodyBytes,
    upgrade: !isUpgrade ? null : line.method === 'GET' ? 'websocket' : 'SPDY/3.1',
  })
}

const JSON_TYPE = 'application/json'
const REFUSAL_BYTES = 12

/** null: such a server has nothing of the kind. */
function answerTo(asked: AskedFor, kind: ServerKind, { blueprint, catalogue }: AskContext): PlannedResponse | null {
  if (!asked.isKnown && blueprint.cluster !== null) return null
  const { minor } = defaultVersionOf(blueprint)
  const head = (status: number, bodyBytes: number | null) =>
    kind === 'apiserver'
      ? apiserverResponseFields({
          status,
          contentType: JSON_TYPE,
          contentLengthBytes: bodyBytes,
          hasAuditId: true,
          hasPriorityAndFairness: minor >= 20,
        })
      : kind === 'kubelet'
        ? kubeletResponseFields({ status, contentType: 'text/plain', contentLengthBytes: bodyBytes })
        : plainResponseFields(status, 'application/octet-stream', bodyBytes)
  const { responseBytes, isUpgrade } = asked
  const accepted = isUpgrade
    ? catalogue.response(101, head(101, null))
    : catalogue.response(200, head(200, responseBytes))
  return {
    body: isUpgrade
      ? { kind: 'output', outputBytes: responseBytes, openings: 0, openedBytes: 0 }
      : { kind: 'body', bodyBytes: responseBytes },
    accepted,
    refused: catalogue.response(401, head(401, REFUSAL_BYTES)),
    refusalBodyBytes: REFUSAL_BYTES,
    token: null,
  }
}
