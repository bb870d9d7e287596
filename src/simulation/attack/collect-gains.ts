import type { Decision } from '../../attack/state/decisions.ts'
import type { KnownItem } from '../../attack/state/knowledge-log.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { bootstrapIdentity } from '../../cluster/access/identity.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import { SWITCHING_PROTOCOLS } from '../../http/message.ts'
import { type CredentialResult, type EvidenceResult, NOBODY, type PrivilegeResult } from '../../measure/verdict.ts'
import type { ShownOutcome } from '../../measure/verdicts/outcomes.ts'
import { sortedTexts } from '../../measure/verdicts/sorted-texts.ts'
import { hasBootstrapTokenExpired, hasTokenExpired } from '../../security/bearer-token.ts'
import type { Blueprint, IdentityBlueprint } from '../blueprint.ts'
import { sshHostKeyName, sshHostsOf } from '../lookups/members.ts'
import { tokenNamed } from '../security/bootstrap-token.ts'
import { isBootstrapToken } from '../security/secret-names.ts'
import type { Case } from './case.ts'
import { decisionsOf } from './collect-requests.ts'
import { nameOfKnown } from './name-of-known.ts'
import { holdsByCredential, holdsPermission, isOwnUser, userOf } from './position.ts'
import { concernedPaths, type Scope, scopeOfDecision, scopeOfPath } from './scope.ts'
import { wireOf } from './wire-of.ts'

const HOST = { source: 'host' } as const

/** The lasting gain of a step: privileges, credentials, secrets. */
export interface Gain {
  readonly outcomes: readonly ShownOutcome[]
  /** The outcome of its requests if there is no other outcome; null for none. */
  readonly otherwise: (Pick<Gain, 'outcomes' | 'privileges' | 'evidence'> & { readonly isOwn: boolean }) | null
  readonly privileges: readonly PrivilegeResult[]
  readonly credentials: readonly CredentialResult[]
  readonly secrets: readonly string[]
  readonly asIdentity: string | null
  readonly evidence: readonly EvidenceResult[]
}

/** Returns the gain of a step on paths of one scope: its attacker's own, or those of others. */
export function gainsOf(one: Case, scope: Scope): Gain {
  const { attack, step } = one
  const { attacker } = attack.plan.steps[step]
  const decisions = decisionsOf(one).filter((decision) => scopeOfDecision(one, decision) === scope)
  const concerned = concernedPaths(one)
  // Knowledge that allies share counts once, as the gain of the step that learned it.
  const learned = attack.knowledge
    .all()
    .filter((known) => known.step === step && concerned.includes(known.path) && known.attacker === attacker)
    .filter((known) => scopeOfKnown(one, known) === scope)
  const grants = decisions.flatMap((decision) => grantOf(one, decision))
  const credentials = learned.flatMap((known) => credentialOf(one, known))
  const passedOn = decisions.find(
    (decision) => decision.isByAccess && isAllowed(decision) && attack.plan.requests[decision.request].step === NONE,
  )
  const beyond = grants.filter(({ kind }) => kind === 'beyond')
  const outcomes: readonly ShownOutcome[] = [
    ...outcomesOf(beyond),
    ...(credentials.length > 0 ? [{ outcome: 'credential', event: null } as const] : []),
  ]
  return {
    outcomes,
    otherwise: otherwiseOf(one, grants),
    privileges: privilegesOf(one, beyond),
    credentials: credentials.map(({ credential }) => credential),
    secrets: sortedTexts(
      learned.flatMap(({ kind, subject }) => (kind === 'secret' ? [attack.plan.secrets[subject]] : [])),
    ),
    asIdentity: passedOn === undefined ? null : userOf(one, passedOn),
    evidence: [...evidenceOfGrants(one, beyond), ...credentials.map(({ known }) => evidenceOfKnown(one, known))],
  }
}

/** Returns the scope of an item of knowledge. Secrets that root finds on its own host are its own. */
function scopeOfKnown(one: Case, { path }: KnownItem): Scope {
  const { steals } = USED_TECHNIQUES[one.attack.plan.steps[one.step].technique]
  return steals === 'keys' || steals === 'tokens' ? 'own' : scopeOfPath(one, path)
}

/** A request that a server granted the attacker, and the outcome that it shows. */
interface Grant {
  readonly decision: Decision
  readonly outcome: 'privilege' | 'read'
  /**
   * `beyond`: the attacker's position does not permit it. `means`: not permitted either, but its effect is simulated,
   * so the effect shows the outcome. `own`: the attacker's position permits it.
   */
  readonly kind: 'beyond' | 'means' | 'own'
}

/**
 * Returns the grant in a decision; nothing if the server refused, or if another client sent the request. A port without
 * authorization grants the data that it serves.
 */
function grantOf(one: Case, decision: Decision): Grant[] {
  const { step, operation, signs, hasEffect } = one.attack.plan.requests[decision.request]
  if (step === NONE || operation === null || !isAllowed(decision)) return []
  const { access, verb } = operation
  if (access === 'open') return [{ decision, outcome: 'read', kind: 'beyond' }]
  if (access === 'public' || holdsPermission(one, decision)) {
    const isRead = READS.includes(verb) && decision.answer !== SWITCHING_PROTOCOLS
    return [{ decision, outcome: isRead ? 'read' : 'privilege', kind: 'own' }]
  }
  if (isPending(one, signs)) return []
  const isMeans = hasEffect && isOwnUser(one, decision)
  return [{ decision, outcome: 'privilege', kind: isMeans ? 'means' : 'beyond' }]
}

const READS: readonly string[] = ['get', 'list', 'watch']

/** Returns whether a request asks for a certificate that is not signed yet. Only a signed certificate is a gain. */
function isPending({ simulation }: Case, signs: string | null): boolean {
  return signs !== null && simulation.parts.cluster.background?.handlers.certificates.issued.wasIssued(signs) !== true
}

/** Returns the outcome of requests that were only a means, or that the attacker's position permits. */
function otherwiseOf(one: Case, grants: readonly Grant[]): Gain['otherwise'] {
  const means = grants.filter(({ kind }) => kind === 'means')
  const isOwn = means.length === 0
  const shown = isOwn ? grants.filter(({ kind }) => kind === 'own') : means
  if (shown.length === 0) return null
  const privileges = isOwn ? [] : privilegesOf(one, shown)
  return { outcomes: outcomesOf(shown), privileges, evidence: evidenceOfGrants(one, shown), isOwn }
}

function privilegesOf(one: Case, grants: readonly Grant[]): PrivilegeResult[] {
  const privileged = grants.filter(({ outcome }) => outcome === 'privilege')
  return uniqueOf(privileged.map(({ decision }) => privilegeOf(one, decision)))
}

function evidenceOfGrants(one: Case, grants: readonly Grant[]): EvidenceResult[] {
  return firstOfEach(grants).map((grant) => evidenceOfGrant(one, grant))
}

function outcomesOf(grants: readonly Grant[]): ShownOutcome[] {
  return firstOfEach(grants).map(({ outcome }) => ({ outcome, event: null }))
}

/** Returns the first grant of each outcome. */
function firstOfEach(grants: readonly Grant[]): Grant[] {
  return (['privilege', 'read'] as const).flatMap((outcome) => grants.find((grant) => grant.outcome === outcome) ?? [])
}

/** Returns whether a server allowed the request, and nothing behind the server failed. */
function isAllowed({ status, answer }: Decision): boolean {
  return status < FIRST_REFUSAL && answer < FIRST_REFUSAL
}

/** The lowest HTTP status code of an error. */
const FIRST_REFUSAL = 400

function privilegeOf(one: Case, decision: Decision): PrivilegeResult {
  const { operation } = one.attack.plan.requests[decision.request]
  const { verb, resource, on } = operation ?? { verb: '', resource: '', on: '' }
  const as = userOf(one, decision)
  const isHeld = holdsByCredential(one, decision)
  return { as, verb, resource, on, untilNs: validityOf(one, decision), ...(isHeld ? { held: true as const } : {}) }
}

/**
 * Returns the time until which a privilege lasts: the expiry of the token that authenticated the request; null without
 * one.
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
  if (identity?.kind === 'ca') return []
  if (identity === undefined) return [{ known, credential: hostKeyCredential(name, blueprint) }]
  // A credential that servers refuse as expired is no gain.
  if (hasExpired(identity, blueprint, Math.floor(known.tick / NS_PER_S))) return []
  return [
    {
      known,
      credential: {
        name,
        identity: ownerOf(identity, blueprint),
        acceptedBy: acceptorOf(identity),
        validUntilNs: endOf(identity),
      },
    },
  ]
}

/** Returns whether servers refuse a credential as expired, by the rule for its kind. */
function hasExpired(identity: IdentityBlueprint, blueprint: Blueprint, nowS: number): boolean {
  if (identity.kind === 'certificate') return nowS > identity.notAfterS
  if (identity.kind !== 'service-account-token') return false
  return isBootstrapToken(identity.name, blueprint)
    ? hasBootstrapTokenExpired(identity, nowS)
    : hasTokenExpired(identity, nowS)
}

/** Returns the credential for a stolen SSH host key. Clients that check host keys take its holder for the host. */
function hostKeyCredential(name: string, { paths }: Blueprint): CredentialResult {
  const host = [...sshHostsOf(paths)].find((each) => sshHostKeyName(each) === name) ?? name
  return { name, identity: `sshd of ${host}`, acceptedBy: 'ssh clients that check host keys', validUntilNs: null }
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

function evidenceOfGrant(one: Case, { decision, outcome }: Grant): EvidenceResult {
  const { verb, resource, on, as } = privilegeOf(one, decision)
  const host = one.simulation.plan.hosts[decision.host].name
  const port = decision.port === NONE ? '' : `:${decision.port}`
  const what =
    as === NOBODY
      ? `${host}${port} answered ${verb} ${resource} on ${on} without asking who sends it`
      : `${host}${port} let ${as} ${verb} ${resource} on ${on}`
  return { atNs: decision.tick, ...wireOf(one.simulation, decision.packet, HOST), shows: outcome, what }
}

/** Returns the evidence of the first request of a step, on any path, that a server granted. */
export function evidenceOfFirstGrant(one: Case): EvidenceResult[] {
  const ofStep = one.attack.decisions.all().filter(({ step }) => step === one.step)
  return ofStep
    .flatMap((decision) => grantOf(one, decision))
    .slice(0, 1)
    .map((grant) => evidenceOfGrant(one, grant))
}

function evidenceOfKnown({ attack, simulation }: Case, known: KnownItem): EvidenceResult {
  const what = nameOfKnown(attack.plan, simulation.plan, known)
  return { atNs: known.tick, ...wireOf(simulation, known, HOST), shows: 'credential', what }
}

function uniqueOf(privileges: readonly PrivilegeResult[]): PrivilegeResult[] {
  return [...new Map(privileges.map((one) => [JSON.stringify(one), one])).values()]
}
