import type { TechniqueName } from '../../../attack/vantage.ts'
import type { Blueprint } from '../../blueprint.ts'
import { hostOfAttacker, type PlacedStep } from './attacker-names.ts'

/** By which it asks the apiserver for something that is about another path. */
const ASKING_APISERVER: readonly TechniqueName[] = [
  'readdress-node',
  'redirect-service',
  'bootstrap-node',
  'smuggle-request',
]

export function isAskingApiserver(technique: TechniqueName): boolean {
  return ASKING_APISERVER.includes(technique)
}

/**
 * What it shows when it asks, by name. Where nothing is said, and nothing would come of showing nothing, that is what
 * whoever is in its position has anyhow; null: nothing.
 */
export function credentialShown(placed: PlacedStep, blueprint: Blueprint): string | null {
  const { credential, technique } = placed.step
  if (credential !== null || !isAskingApiserver(technique)) return credential
  return technique === 'bootstrap-node' ? bootstrapTokenThere(placed, blueprint) : ownCredential(placed, blueprint)
}

/** What the node begins with on which it is. */
export function bootstrapTokenThere({ attacker }: PlacedStep, blueprint: Blueprint): string | null {
  const { cluster } = blueprint
  if (cluster === null || (attacker.vantage !== 'pod' && attacker.vantage !== 'node')) return null
  const pod = cluster.pods.find(({ name }) => name === attacker.on.name)
  const host = pod?.node ?? hostOfAttacker(attacker, blueprint)
  return cluster.nodes.find(({ name }) => name === host)?.bootstrap?.token ?? null
}

/** A user's certificate, the kubelet's for root on its node, what is mounted into a pod. */
export function ownCredential({ attacker }: PlacedStep, blueprint: Blueprint): string | null {
  const { cluster } = blueprint
  const host = hostOfAttacker(attacker, blueprint)
  const isHere = ({ name }: { readonly name: string }) => name === host
  switch (attacker.vantage) {
    case 'user':
      return cluster?.users.find(isHere)?.certificate ?? null
    case 'node':
      return cluster?.nodes.find(isHere)?.clientCertificate ?? null
    case 'pod':
      return cluster?.pods.find(({ name }) => name === attacker.on.name)?.token ?? null
    default:
      return null
  }
}
