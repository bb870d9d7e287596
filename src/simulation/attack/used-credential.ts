import type { AgentCredentialBlueprint } from '../../attack/additions.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import type { Blueprint } from '../blueprint.ts'
import { hostOfAttacker, type NumberedStep } from '../lookups/attacker-names.ts'

/**
 * Returns the name of the credential that a step uses: its `with`, otherwise the default of its technique; null for
 * none.
 */
export function credentialUsed(placed: NumberedStep, blueprint: Blueprint): string | null {
  const { with: chosen = null } = placed.step.parameters
  if (chosen !== null) return chosen
  switch (USED_TECHNIQUES[placed.step.technique].credential) {
    case 'own':
      return ownCredential(placed, blueprint)
    case 'of-user':
      return VANTAGES[placed.attacker.vantage].actsAs === 'user' ? ownCredential(placed, blueprint) : null
    case 'bootstrap-token':
      return bootstrapTokenThere(placed, blueprint)
    default:
      return null
  }
}

/**
 * Returns the credential that a step uses and that the attacker has to obtain first; null if its position has it, or
 * the step uses none.
 */
export function credentialNeeded(placed: NumberedStep, blueprint: Blueprint): string | null {
  const shown = credentialUsed(placed, blueprint)
  const mustLearn = USED_TECHNIQUES[placed.step.technique].credential === 'bootstrap-token'
  return mustLearn || shown !== ownCredential(placed, blueprint) ? shown : null
}

/**
 * Returns the credential with which a step registers as an agent at the Konnectivity server on a host: its `with`;
 * otherwise the credential of the cluster's agent on the attacker's host, which root can read; otherwise the credential
 * of its position.
 */
export function agentCredentialOf(
  placed: NumberedStep,
  server: string,
  blueprint: Blueprint,
): AgentCredentialBlueprint {
  const { step, attacker } = placed
  const { with: chosen = null } = step.parameters
  if (chosen !== null) return { kind: 'identity', name: chosen }
  const host = hostOfAttacker(attacker, blueprint)
  const runsAgent = blueprint.paths.some(
    ({ from, tunnel }) => from === server && tunnel?.kind === 'konnectivity' && tunnel.via.includes(host),
  )
  if (VANTAGES[attacker.vantage].isRoot && runsAgent) return { kind: 'of-agent', host }
  const own = ownCredential(placed, blueprint)
  return own === null ? { kind: 'none' } : { kind: 'identity', name: own }
}

/** Returns the bootstrap token of the attacker's node; null for none. */
export function bootstrapTokenThere({ attacker }: NumberedStep, blueprint: Blueprint): string | null {
  const { cluster } = blueprint
  if (cluster === null || !VANTAGES[attacker.vantage].isOnHost) return null
  const pod = cluster.pods.find(({ name }) => name === attacker.on.name)
  const host = pod?.node ?? hostOfAttacker(attacker, blueprint)
  return cluster.nodes.find(({ name }) => name === host)?.bootstrap?.token ?? null
}

/**
 * Returns the credential of the attacker's position: a user's certificate, a node's kubelet certificate, or a pod's
 * mounted token.
 */
function ownCredential({ attacker }: NumberedStep, blueprint: Blueprint): string | null {
  const { cluster } = blueprint
  const host = hostOfAttacker(attacker, blueprint)
  const isHere = ({ name }: { readonly name: string }) => name === host
  switch (VANTAGES[attacker.vantage].actsAs) {
    case 'user':
      return cluster?.users.find(isHere)?.certificate ?? null
    case 'kubelet':
      return cluster?.nodes.find(isHere)?.clientCertificate ?? null
    case 'service-account':
      return cluster?.pods.find(({ name }) => name === attacker.on.name)?.token ?? null
    case null:
      return null
  }
}
