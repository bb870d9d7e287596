import type { Ask, Secret } from '../../../attack/sockets/sockets-plan.ts'
import {
  apiserverResponseFields,
  clientRequestFields,
  kubeletResponseFields,
} from '../../../cluster/messages/api-headers.ts'
import { plainRequestFields, plainResponseFields } from '../../../cluster/messages/plain-headers.ts'
import { hashString32 } from '../../../engine/hash.ts'
import type { HeaderField } from '../../../http/hpack/header-fields.ts'
import { formatAddress } from '../../../network/address-book.ts'
import { type Token, tokenSizeBytes } from '../../../security/bearer-token.ts'
import type { Answer } from '../../../workload/answer.ts'
import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import { GARBAGE_TOKEN } from '../../blueprint-attack.ts'
import { HIGH_LANE, LOW_LANE } from '../name-lanes.ts'
import { defaultVersionOf } from '../path-traits.ts'
import type { Caller, HttpCatalogue } from '../plan-http.ts'
import { lookUp, type PlannedNetwork } from '../plan-network.ts'
import type { PlannedPaths } from '../plan-paths.ts'
import type { Identities } from '../plan-security.ts'
import { type AskedFor, askedFor, serverKindOf } from './asked-for.ts'
import { attackersPathName, type PlacedStep, pathsOfStep, stepsInOrder } from './attacker-names.ts'
import { certificateNames, tokenNames } from './secret-names.ts'
import { waysOf } from './server-places.ts'

export interface AskContext {
  readonly blueprint: Blueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly catalogue: HttpCatalogue
  readonly answers: Answer[]
}

/** What attackers ask in their own name, each request with a place of its own in the catalogue. */
export function planAsks(context: AskContext): readonly Ask[] {
  const { blueprint } = context
  return stepsInOrder(blueprint)
    .filter(({ step }) => step.technique === 'direct-request')
    .flatMap((placed) => pathsOfStep(placed.step, blueprint).map((path) => planAsk(placed, path, context)))
}

/** Of a service it asks the first endpoint. */
function planAsk(placed: PlacedStep, path: PathBlueprint, context: AskContext): Ask {
  const { blueprint, paths, catalogue, answers } = context
  const via = lookUp(paths.pathIndex, attackersPathName(placed, waysOf(path, blueprint)[0]))
  const asked = askedFor(placed.step.ask, path, blueprint)
  const token = tokenShown(placed, context)
  const request = catalogue.request(
    asked.line,
    requestFields(asked, path, via, token, placed.step.credential === GARBAGE_TOKEN, context),
    asked.isUpgrade,
    callerOf(placed, path, token),
  )
  const answer = answerTo(asked, path, context)
  if (answer !== null) answers[request] = answer
  const name = attackersPathName(placed, path)
  return {
    step: placed.index,
    path: lookUp(paths.pathIndex, path.name),
    via,
    request,
    bodyBytes: asked.requestBodyBytes,
    isUpgrade: asked.isUpgrade,
    credential: credentialOf(placed, blueprint),
    nameHigh: hashString32(name, HIGH_LANE),
    nameLow: hashString32(name, LOW_LANE),
  }
}

function tokenShown({ step }: PlacedStep, { blueprint, identities }: AskContext): Token | null {
  const found = blueprint.identities.find(({ name }) => name === step.credential)
  return found?.kind === 'service-account-token' ? identities.token(found.name) : null
}

function callerOf({ step }: PlacedStep, path: PathBlueprint, token: Token | null): Caller {
  const encoding = serverKindOf(path) === 'apiserver' ? 'json' : 'protobuf'
  const isGarbage = step.credential === GARBAGE_TOKEN
  return { token, encoding, from: null, ...(isGarbage ? { bearer: { kind: 'unknown' } } : {}) }
}

/** What it must have; anybody can make up a text that looks like a token. */
function credentialOf({ step }: PlacedStep, blueprint: Blueprint): Secret | null {
  const found = blueprint.identities.find(({ name }) => name === step.credential)
  if (found === undefined) return null
  if (found.kind === 'service-account-token')
    return { kind: 'token', subject: tokenNames(blueprint).indexOf(found.name) }
  return { kind: 'certificate-key', subject: certificateNames(blueprint).indexOf(found.name) }
}

/** Of a token that is none. */
const GARBAGE_BYTES = 40

function requestFields(
  asked: AskedFor,
  path: PathBlueprint,
  via: number,
  token: Token | null,
  isGarbage: boolean,
  context: AskContext,
): readonly HeaderField[] {
  const { paths, network } = context
  const { remoteAddress, port } = paths.paths[via]
  const authority = `${formatAddress(network.addresses.valueOf(remoteAddress))}:${port}`
  const { line, isUpgrade, requestBodyBytes, userAgent } = asked
  const tokenBytes = token === null ? (isGarbage ? GARBAGE_BYTES : 0) : tokenSizeBytes(token)
  if (serverKindOf(path) === 'apiserver')
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
    scheme: path.tls === null ? 'http' : 'https',
    userAgent,
    tokenBytes,
    bodyBytes: requestBodyBytes,
    upgrade: isUpgrade ? 'SPDY/3.1' : null,
  })
}

const JSON_TYPE = 'application/json'
const REFUSAL_BYTES = 12

/** null: such a server has nothing of the kind. */
function answerTo(asked: AskedFor, path: PathBlueprint, { blueprint, catalogue }: AskContext): Answer | null {
  const kind = serverKindOf(path)
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
  const { answerBytes, isUpgrade } = asked
  const accepted = isUpgrade
    ? catalogue.response(101, head(101, null))
    : catalogue.response(200, head(200, answerBytes))
  return {
    says: isUpgrade
      ? { kind: 'output', outputBytes: answerBytes, openings: 0, openedBytes: 0 }
      : { kind: 'body', bodyBytes: answerBytes },
    accepted,
    refused: catalogue.response(401, head(401, REFUSAL_BYTES)),
    refusalBodyBytes: REFUSAL_BYTES,
    token: null,
  }
}
