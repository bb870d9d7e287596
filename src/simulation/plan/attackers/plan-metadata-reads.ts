import type { Theft } from '../../../attack/sockets/sockets-plan.ts'
import { lookUp } from '../network/plan-network.ts'
import { type PlacedStep, pathsOfStep } from './attacker-names.ts'
import type { AttackContext } from './plan-attack.ts'
import { tokenNames } from './secret-names.ts'
import { bootstrapTokenThere, credentialShown } from './shown-credential.ts'

/**
 * What the cloud's metadata server has for a node it says to whoever asks from there: pods too, unless somebody stands
 * between (metadata concealment, Workload Identity). Whoever is to ask for a certificate with it begins there.
 */
export function planMetadataReads(placed: PlacedStep, { blueprint, paths }: AttackContext): readonly Theft[] {
  const { attacker, step, index } = placed
  const token = bootstrapTokenThere(placed, blueprint)
  const isReached = blueprint.cluster?.metadataServer === 'open' || attacker.vantage === 'node'
  if (step.technique !== 'bootstrap-node' || !isReached || token === null) return []
  if (token !== credentialShown(placed, blueprint)) return []
  const subject = tokenNames(blueprint).indexOf(token)
  return pathsOfStep(step, blueprint).map(({ name }) => {
    return { step: index, path: lookUp(paths.pathIndex, name), kind: 'token', subject }
  })
}
