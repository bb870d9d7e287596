import { TECHNIQUES } from '../../../attack/techniques.ts'
import { VANTAGES } from '../../../attack/vantages.ts'
import type { Blueprint } from '../../blueprint.ts'
import { hostOfAttacker, type PlacedStep } from './attacker-names.ts'

/** The name of what a step shows when it asks: its `with`, else what its technique shows; null: nothing. */
export function credentialShown(placed: PlacedStep, blueprint: Blueprint): string | null {
  if (placed.step.credential !== null) return placed.step.credential
  switch (TECHNIQUES[placed.step.technique].credential) {
    case 'own':
      return ownCredential(placed, blueprint)
    case 'bootstrap-token':
      return bootstrapTokenThere(placed, blueprint)
    default:
      return null
  }
}

/** The credential shown that the attacker must come to have first; null: none, or its position comes with it. */
export function credentialNeeded(placed: PlacedStep, blueprint: Blueprint): string | null {
  const shown = credentialShown(placed, blueprint)
  const mustLearn = TECHNIQUES[placed.step.technique].credential === 'bootstrap-token'
  return mustLearn || shown !== ownCredential(placed, blueprint) ? shown : null
}

/** The bootstrap token of the node on which it is. */
export function bootstrapTokenThere({ attacker }: PlacedStep, blueprint: Blueprint): string | null {
  const { cluster } = blueprint
  if (cluster === null || !VANTAGES[attacker.vantage].isOnHost) return null
  const pod = cluster.pods.find(({ name }) => name === attacker.on.name)
  const host = pod?.node ?? hostOfAttacker(attacker, blueprint)
  return cluster.nodes.find(({ name }) => name === host)?.bootstrap?.token ?? null
}

/** A user's certificate, the kubelet's of a node, the token that is mounted into a pod. */
function ownCredential({ attacker }: PlacedStep, blueprint: Blueprint): string | null {
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
