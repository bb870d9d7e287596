import type { FollowUp, PlannedAttackerRequest } from '../../attack/sockets/sockets-plan.ts'
import type { Credential } from '../../attack/state/knowledge-log.ts'
import type { PlannedRequest, RequestSpec, ServerKind } from '../../attack/techniques/step-planner.ts'
import { kubeletResponseFields } from '../../cluster/messages/api-headers.ts'
import { forwardedRequest } from '../../cluster/messages/forwarded-requests.ts'
import { plainRequestFields, plainResponseFields } from '../../cluster/messages/plain-headers.ts'
import { NONE } from '../../engine/table.ts'
import { tokenSizeBytes } from '../../security/bearer-token.ts'
import type { PlannedResponse } from '../../workload/planned-response.ts'
import { planKubeletRequest } from '../apiserver/plan-proxied.ts'
import type { Blueprint } from '../blueprint.ts'
import { GARBAGE_TOKEN } from '../blueprint-attack.ts'
import { nameLanes } from '../by-name.ts'
import { type Caller, CONTENT_TYPES } from '../http/plan-http.ts'
import { type NumberedStep, stepsInOrder } from '../lookups/attacker-names.ts'
import { lookUp } from '../network/plan-network.ts'
import { authorityOf, type PlanContext } from '../plan-context.ts'
import { tokenNamed } from '../security/bootstrap-token.ts'
import { certificateNames, isBootstrapToken, tokenNames } from '../security/secret-names.ts'
import { requestedOperation } from './attacker-request.ts'
import { type PassedOn, passedOnToKubelet } from './kubelet-behind.ts'
import { requestsOf, serverKindOfRequest, serverPathOf, viaOf } from './step-planner.ts'
import { credentialNeeded, credentialUsed } from './used-credential.ts'

/** Plans the requests of attackers, each with its own index in the catalogue. */
export function planAttackerRequests(context: PlanContext): readonly PlannedAttackerRequest[] {
  const asks: PlannedAttackerRequest[] = []
  for (const placed of stepsInOrder(context.blueprint))
    for (const request of requestsOf(placed, context.blueprint)) {
      const after = request.pauseNs === undefined ? NONE : asks.length - 1
      asks.push(planAttackerRequest(placed, request, after, context))
    }
  return asks
}

function planAttackerRequest(
  placed: NumberedStep,
  spec: PlannedRequest,
  after: number,
  context: PlanContext,
): PlannedAttackerRequest {
  const { blueprint, paths } = context
  const { request: asked, path, certificate, pauseNs = 0, followUp } = spec
  const via = viaOf(placed, spec, blueprint)
  const server = serverKindOfRequest(spec, blueprint)
  const isOwn = certificate === undefined
  const shown = bearerOf(isOwn ? credentialUsed(placed, blueprint) : null, context)
  const passedOn = passedOnToKubelet(spec, blueprint)
  const host = (spec.to === 'server' ? serverPathOf(placed, path, blueprint) : path).to
  // The apiserver refuses a request about a pod or node that does not exist.
  const isMissing = passedOn === null && server === 'apiserver' && forwardedRequest(asked.line) !== null
  const known = isMissing ? { ...asked, isKnown: false } : asked
  const request = addRequest(known, server, via, { ...spec.writes, ...shown.caller }, shown.bytes, context)
  if (passedOn !== null) planPassedOn(request, passedOn, asked, context)
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
    followUp: followUp === undefined ? null : planFollowUp(followUp.request, spec, via, context),
    operation: requestedOperation(asked.line, server, { host, port: path.port }, blueprint),
    ...nameLanes(via),
  }
}

/** Plans the request that the apiserver sends to a kubelet for an attacker's request. */
function planPassedOn(
  request: number,
  { node, line }: PassedOn,
  { isUpgrade, responseBytes }: RequestSpec,
  context: PlanContext,
): void {
  const { accepted } = context.answers[request]
  const response = { isUpgrade, responseBytes, forwarded: accepted }
  const proxied = planKubeletRequest(line, node, response, context)
  if (proxied !== null) context.proxied.set(request, proxied)
}

function planFollowUp(
  asked: RequestSpec,
  { path, writes }: PlannedRequest,
  via: string,
  context: PlanContext,
): FollowUp {
  const { isUpgrade, requestBodyBytes: bodyBytes, line } = asked
  const request = addRequest(asked, 'kubelet', via, { ...writes, ...NO_BEARER.caller }, 0, context)
  const operation = requestedOperation(line, 'kubelet', { host: path.to, port: path.port }, context.blueprint)
  return { request, bodyBytes, isUpgrade, operation }
}

function addRequest(
  asked: RequestSpec,
  server: ServerKind,
  via: string,
  own: Pick<Caller, 'token'> & Partial<Caller>,
  tokenBytes: number,
  context: PlanContext,
): number {
  const { catalogue, answers, paths } = context
  const { line, isUpgrade, requestBodyBytes: bodyBytes, userAgent } = asked
  const encoding = server === 'apiserver' ? 'json' : 'protobuf'
  const caller = { encoding, from: null, ...own } as const
  const path = lookUp(paths.pathIndex, via)
  const authority = authorityOf(context, path)
  const plain = {
    method: line.method === 'GET' ? 'GET' : 'POST',
    target: line.target,
    authority,
    scheme: paths.paths[path].tlsClients.http1 === NONE ? 'http' : 'https',
    userAgent,
    tokenBytes,
    bodyBytes,
    upgrade: !isUpgrade ? null : line.method === 'GET' ? 'websocket' : 'SPDY/3.1',
  } as const
  const request =
    server === 'apiserver'
      ? catalogue.clientRequest(line, { authority, userAgent, encoding, bodyBytes, tokenBytes }, caller, isUpgrade)
      : catalogue.request(line, plainRequestFields(plain), isUpgrade, caller)
  const answer = planResponse(asked, server, context)
  if (answer !== null) answers[request] = answer
  return request
}

/** A bearer token and its length. */
export interface BearerCredential {
  readonly caller: Pick<Caller, 'token' | 'bearer'>
  readonly bytes: number
}

const NO_BEARER: BearerCredential = { caller: { token: null }, bytes: 0 }
/** The lengths of a bootstrap token (`abcdef.0123456789abcdef`) and of an invalid token. */
const BOOTSTRAP_BYTES = 23
const GARBAGE_BYTES = 40

/** Returns whether a credential is sent in the head of requests, rather than in TLS. */
export function isBearer(credential: string | null, { identities }: Blueprint): boolean {
  if (credential === null || credential === GARBAGE_TOKEN) return credential !== null
  return identities.some(({ name, kind }) => name === credential && kind === 'service-account-token')
}

/** Returns the bearer credential with this name; none for a certificate, or if the name is null. */
export function bearerOf(credential: string | null, { blueprint, identities }: PlanContext): BearerCredential {
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

/** Returns the secret that the attacker needs; null for an invalid token, which anyone can invent. */
export function secretOf(credential: string | null, blueprint: Blueprint): Credential | null {
  if (credential === null || credential === GARBAGE_TOKEN) return null
  const token = tokenNames(blueprint).indexOf(credential)
  if (token >= 0) return { kind: 'token', subject: token }
  return { kind: 'certificate-key', subject: certificateNames(blueprint).indexOf(credential) }
}

const REFUSAL_BYTES = 12

/** Plans the response; returns null if such a server has no such resource. */
function planResponse(
  asked: RequestSpec,
  kind: ServerKind,
  { blueprint, catalogue }: PlanContext,
): PlannedResponse | null {
  if (!asked.isKnown && blueprint.cluster !== null) return null
  const response = (status: number, bodyBytes: number | null) => {
    if (kind === 'apiserver') return catalogue.apiserverResponse(status, CONTENT_TYPES.json, bodyBytes)
    return catalogue.response(
      status,
      kind === 'kubelet'
        ? kubeletResponseFields({ status, contentType: 'text/plain', contentLengthBytes: bodyBytes })
        : plainResponseFields(status, 'application/octet-stream', bodyBytes),
    )
  }
  const { responseBytes, isUpgrade, line } = asked
  const success = kind === 'apiserver' && line.method === 'POST' ? 201 : 200
  const accepted = isUpgrade ? response(101, null) : response(success, responseBytes)
  return {
    body: isUpgrade
      ? { kind: 'output', inputBytes: 0, outputBytes: responseBytes }
      : { kind: 'body', bodyBytes: responseBytes },
    accepted,
    refused: response(401, REFUSAL_BYTES),
    refusalBodyBytes: REFUSAL_BYTES,
    token: null,
  }
}
