import type { Theft } from '../../../attack/sockets/sockets-plan.ts'
import { lookUp } from '../plan-network.ts'
import { hostOfAttacker, type PlacedStep, pathsOfStep } from './attacker-names.ts'
import type { AttackContext } from './plan-attack.ts'
import { tokenNames } from './secret-names.ts'

/**
 * What the cloud's metadata server has for a node it says to whoever asks from there: pods too, unless somebody stands
 * between (metadata concealment, Workload Identity). Whoever is to ask for a certificate with it begins there.
 */
export function planMetadataReads(placed: PlacedStep, { blueprint, paths }: AttackContext): readonly Theft[] {
  const { attacker, step, index } = placed
  const { cluster } = blueprint
  if (step.technique !== 'bootstrap-node' || cluster === null || !isOnHost(placed)) return []
  const host = hostOfAttacker(attacker, blueprint)
  const pod = cluster.pods.find(({ name }) => name === attacker.on.name)
  const node = cluster.nodes.find(({ name }) => name === (pod?.node ?? host))
  const isReached = cluster.metadataServer === 'open' || attacker.vantage === 'node'
  const token = node?.bootstrap?.token
  if (token === undefined || token !== step.credential || !isReached) return []
  const subject = tokenNames(blueprint).indexOf(token)
  return pathsOfStep(step, blueprint).map(({ name }) => {
    return { step: index, path: lookUp(paths.pathIndex, name), kind: 'token', subject }
  })
}

function isOnHost({ attacker: { vantage } }: PlacedStep): boolean {
  return vantage === 'pod' || vantage === 'node'
}
