import type { Decision } from '../../attack/state/decisions.ts'
import type { KnownItem } from '../../attack/state/knowledge-log.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { authorize } from '../../cluster/access/authorize.ts'
import { bootstrapIdentity } from '../../cluster/access/identity.ts'
import type { Operation } from '../../cluster/messages/operations.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { CredentialResult, EvidenceResult, PrivilegeResult } from '../../measure/verdict.ts'
import type { ShownOutcome } from '../../measure/verdicts/outcomes.ts'
import { sortedTexts } from '../../measure/verdicts/sorted-texts.ts'
import type { Blueprint, IdentityBlueprint } from '../blueprint.ts'
import { isBootstrapToken } from '../plan/attackers/secret-names.ts'
import { tokenNamed } from '../plan/cluster/plan-bootstrapping.ts'
import type { Case } from './case.ts'
import { nameOfKnown } from './name-of-known.ts'
import { wireOf } from './wire-of.ts'

/** The lasting gain of a step: privileges, credentials, secrets. */
export interface Gain {
  readonly outcomes: readonly ShownOutcome[]
  readonly privileges: readonly PrivilegeResult[]
  readonly credentials: readonly CredentialResult[]
  readonly secrets: readonly string[]
  readonly asIdentity: string | null
  readonly evidence: readonly EvidenceResult[]
}

/** Returns what a step gained on a path. */
export function gainsOf(one: Case): Gain {
  const { attack, step, path } = one
  const { attacker } = attack.plan.steps[step]
  const decisions = attack.decisions.all().filter((decision) => decision.step === step && decision.path === path)
  // What allies share is the gain of this step only, and counts once.
  const learned = attack.knowledge
    .all()
    .filter((known) => known.step === step && known.path === path && known.attacker === attacker)
  const granted = decisions.filter((decision) => isPrivilege(one, decision))
  const opened = decisions.filter((decision) => isOthersSecrets(one, decision) && !granted.includes(decision))
  const credentials = learned.flatMap((known) => credentialOf(one, known))
  const passedOn = decisions.find(
    (decision) => isAllowed(decision) && attack.plan.requests[decision.request].step === NONE,
  )
  return {
    outcomes: [
      ...(granted.length > 0 ? [{ outcome: 'privilege', event: null } as const] : []),
      ...(credentials.length > 0 ? [{ outcome: 'credential', event: null } as const] : []),
      ...(opened.length > 0 ? [{ outcome: 'read', event: null } as const] : []),
    ],
    privileges: uniqueOf(granted.map((decision) => privilegeOf(one, decision))),
    credentials: credentials.map(({ credential }) => credential),
    secrets: sortedTexts(
      learned.flatMap(({ kind, subject }) => (kind === 'secret' ? [attack.plan.secrets[subject]] : [])),
    ),
    asIdentity: passedOn === undefined ? null : userOf(one, passedOn),
    evidence: [
      ...granted.slice(0, 1).map((decision) => evidenceOfDecision(one, decision, 'privilege')),
      ...opened.slice(0, 1).map((decision) => evidenceOfDecision(one, decision, 'read')),
      ...credentials.map(({ known }) => evidenceOfKnown(one, known)),
    ],
  }
}

function isAllowed({ status }: Decision): boolean {
  return status < 400
}

/**
 * Whether a server allowed the attacker an operation that its position does not permit. An operation that the cluster's
 * authorizers grant to the attacker's own identity is no privilege; one that a server allows without authorization is.
 */
function isPrivilege(one: Case, decision: Decision): boolean {
  const { attack, blueprint } = one
  const { step, operation, signs } = attack.plan.requests[decision.request]
  if (step === NONE || operation === null || !isAllowed(decision)) return false
  // A certificate signing request is a gain only when it has been signed.
  if (signs !== null && one.simulation.parts.cluster.background?.handlers.certificates.issued.wasIssued(signs) !== true)
    return false
  const isItself = ownUsers(blueprint, one).includes(userOf(one, decision))
  return !isItself || !isGranted(one, decision, operation.anyOf)
}

/**
 * Whether the attacker read the secrets of the whole cluster. They count as secrets of others even where the
 * authorizer allows its node or pod to read them, so that it has gained no privilege.
 */
function isOthersSecrets({ attack }: Case, decision: Decision): boolean {
  const { step, operation } = attack.plan.requests[decision.request]
  if (step === NONE || operation === null || !isAllowed(decision)) return false
  const { vantage } = attack.plan.attackers[attack.plan.steps[step].attacker]
  return VANTAGES[vantage].actsAs !== 'user' && operation.resource === 'secrets' && operation.verb === 'list'
}

function isGranted({ simulation }: Case, { identity }: Decision, anyOf: readonly Operation[]): boolean {
  const { cluster } = simulation.plan
  if (cluster === null || identity === NONE) return false
  const { identities, modes, facts } = cluster.apiserver
  return anyOf.some((operation) => authorize(modes, identities.identities[identity], operation, facts).allowed)
}

function privilegeOf(one: Case, decision: Decision): PrivilegeResult {
  const { operation } = one.attack.plan.requests[decision.request]
  const { verb, resource, on } = operation ?? { verb: '', resource: '', on: '' }
  return { as: userOf(one, decision), verb, resource, on, untilNs: validityOf(one, decision) }
}

/**
 * The users that an attacker is without any stolen credential: a user itself, root on a node that node and the accounts
 * of its pods, a pod its account.
 */
function ownUsers({ cluster }: Blueprint, { attack, simulation, step }: Case): string[] {
  const { vantage, host } = attack.plan.attackers[attack.plan.steps[step].attacker]
  const name = simulation.plan.hosts[host].name
  if (cluster === null) return []
  const { actsAs, isRoot } = VANTAGES[vantage]
  if (actsAs === null) return []
  if (actsAs === 'user') return cluster.users.filter((user) => user.name === name).map((user) => user.name)
  const pods = cluster.pods.filter((pod) => pod.name === name || (isRoot && pod.node === name))
  const accounts = pods.map(({ account }) => `system:serviceaccount:${account.replace('/', ':')}`)
  return actsAs === 'kubelet' ? [`system:node:${name}`, ...accounts] : accounts
}

function userOf({ simulation }: Case, { identity }: Decision): string {
  const identities = simulation.plan.cluster?.apiserver.identities.identities ?? []
  return identity === NONE ? 'nobody' : (identities[identity]?.user ?? 'nobody')
}

/**
 * The time until which a privilege lasts: the expiry of the token that authenticated the request, null without one.
 */
function validityOf(one: Case, decision: Decision): number | null {
  const { attack, blueprint } = one
  const { token } = attack.plan.requests[decision.request]
  const identity = token === NONE ? undefined : identityOf(blueprint, attack.plan.tokens[token])
  const isLetInByIt = identity !== undefined && ownerOf(identity, blueprint) === userOf(one, decision)
  return isLetInByIt ? endOf(identity) : null
}

function credentialOf(one: Case, known: KnownItem): { credential: CredentialResult; known: KnownItem }[] {
  const { attack, blueprint } = one
  if (known.kind !== 'token' && known.kind !== 'certificate-key') return []
  const name = known.kind === 'token' ? attack.plan.tokens[known.subject] : attack.plan.certificates[known.subject]
  const identity = identityOf(blueprint, name)
  if (identity === undefined || identity.kind === 'ca') return []
  const validUntilNs = endOf(identity)
  // An expired credential is no gain.
  if (validUntilNs !== null && validUntilNs <= known.tick) return []
  return [
    {
      known,
      credential: { name, identity: ownerOf(identity, blueprint), acceptedBy: acceptorOf(identity), validUntilNs },
    },
  ]
}

function identityOf({ identities }: Blueprint, name: string): IdentityBlueprint | undefined {
  return identities.find((identity) => identity.name === name)
}

function ownerOf(identity: IdentityBlueprint, blueprint: Blueprint): string {
  if (isBootstrapToken(identity.name, blueprint)) return bootstrapIdentity(tokenNamed(identity.name, blueprint)).user
  return identity.kind === 'service-account-token'
    ? `system:serviceaccount:${identity.account.replace('/', ':')}`
    : identity.cn
}

function acceptorOf(identity: IdentityBlueprint): string {
  if (identity.kind === 'service-account-token') return identity.audience
  return identity.kind === 'certificate' ? (identity.issuer ?? 'nobody') : identity.name
}

function endOf(identity: IdentityBlueprint | undefined): number | null {
  if (identity?.kind === 'certificate') return identity.notAfterS * NS_PER_S
  return identity?.kind === 'service-account-token' && identity.expiresS !== null ? identity.expiresS * NS_PER_S : null
}

function evidenceOfDecision(one: Case, decision: Decision, shows: EvidenceResult['shows']): EvidenceResult {
  const { verb, resource, on, as } = privilegeOf(one, decision)
  const host = one.simulation.plan.hosts[decision.host].name
  return {
    atNs: decision.tick,
    link: null,
    packet: null,
    shows,
    what: `${host} let ${as} ${verb} ${resource} on ${on}`,
  }
}

function evidenceOfKnown({ attack, simulation }: Case, known: KnownItem): EvidenceResult {
  const what = nameOfKnown(attack.plan, simulation.plan, known)
  return { atNs: known.tick, ...wireOf(simulation, known), shows: 'credential', what }
}

function uniqueOf(privileges: readonly PrivilegeResult[]): PrivilegeResult[] {
  return [...new Map(privileges.map((one) => [JSON.stringify(one), one])).values()]
}
