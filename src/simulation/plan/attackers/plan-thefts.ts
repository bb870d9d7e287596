import type { Theft } from '../../../attack/sockets/sockets-plan.ts'
import { NONE } from '../../../engine/table.ts'
import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import type { NodeBlueprint, PodBlueprint } from '../../blueprint-cluster.ts'
import { hostOfPod } from '../../expansion/members.ts'
import { lookUp } from '../network/plan-network.ts'
import { hostOfAttacker, type PlacedStep, pathsOfStep } from './attacker-names.ts'
import type { AttackContext } from './plan-attack.ts'
import { planMetadataReads } from './plan-metadata-reads.ts'
import { certificateNames, tokenNames } from './secret-names.ts'

/**
 * What there is to take on an attacker's host, for the paths that a step is about. What is of none of them it takes
 * nevertheless, and may show it later.
 */
export function planThefts(placed: PlacedStep, context: AttackContext): readonly Theft[] {
  const { technique } = placed.step
  if (technique === 'bootstrap-node') return planMetadataReads(placed, context)
  if (technique !== 'steal-token' && technique !== 'steal-key') return []
  const { blueprint, paths } = context
  const isToken = technique === 'steal-token'
  const names = isToken ? tokenNames(blueprint) : certificateNames(blueprint)
  const theft = (name: string, path: number): Theft => ({
    step: placed.index,
    path,
    kind: isToken ? 'token' : 'certificate-key',
    subject: names.indexOf(name),
  })
  const ofPaths = pathsOfStep(placed.step, blueprint).flatMap((path) => {
    const found = isToken ? tokensOf(placed, path, blueprint) : keysOf(placed, path, blueprint)
    return found.map((name) => theft(name, lookUp(paths.pathIndex, path.name)))
  })
  const others = isToken ? tokensThere(placed, blueprint) : keysThere(placed, blueprint)
  return [...ofPaths, ...[...others].map((name) => theft(name, NONE))]
}

/** Tokens of pods at the path's ends, or on nodes there. That others elsewhere have the same is nothing to them. */
function tokensOf(placed: PlacedStep, { tls, from, to }: PathBlueprint, blueprint: Blueprint): readonly string[] {
  const { attacker } = placed
  const isAtEnd = (pod: PodBlueprint) => {
    const ends = attacker.vantage === 'node' ? [hostOfPod(pod), pod.node] : [hostOfPod(pod)]
    return ends.includes(from) || ends.includes(to)
  }
  const mounted = podsRead(placed, blueprint)
    .filter(isAtEnd)
    .flatMap(({ token }) => (token === null ? [] : [token]))
  const isShownHere = tls?.client.kind === 'token' && from === hostOfAttacker(attacker, blueprint)
  return [...new Set([...mounted, ...(isShownHere && attacker.vantage !== 'user' ? [tls.client.token] : [])])]
}

function keysOf(placed: PlacedStep, { tls }: PathBlueprint, blueprint: Blueprint): readonly string[] {
  const there = keysThere(placed, blueprint)
  const shown = [tls?.serverCertificate, tls?.client.kind === 'certificate' ? tls.client.certificate : undefined]
  return [...there].filter((name) => shown.includes(name))
}

/** A pod's token is mounted where the pod runs; whoever has the node has those of all its pods. */
function podsRead({ attacker }: PlacedStep, blueprint: Blueprint): readonly PodBlueprint[] {
  const host = hostOfAttacker(attacker, blueprint)
  return (blueprint.cluster?.pods ?? []).filter((pod) =>
    attacker.vantage === 'node' ? pod.node === host : pod.name === attacker.on.name || isOnlyPodOf(pod, host),
  )
}

function tokensThere(placed: PlacedStep, blueprint: Blueprint): ReadonlySet<string> {
  const { attacker } = placed
  const host = hostOfAttacker(attacker, blueprint)
  const mounted = podsRead(placed, blueprint).flatMap(({ token }) => (token === null ? [] : [token]))
  const shown = blueprint.paths.flatMap(({ from, tls }) =>
    from === host && tls?.client.kind === 'token' ? [tls.client.token] : [],
  )
  return new Set([...mounted, ...(attacker.vantage === 'user' ? [] : shown)])
}

function isOnlyPodOf(pod: PodBlueprint, host: string): boolean {
  return !pod.hostNetwork && pod.name === host
}

/** Only root reads keys: of the programs of its host, and of the pods on it. */
function keysThere({ attacker }: PlacedStep, blueprint: Blueprint): ReadonlySet<string> {
  const { cluster, paths } = blueprint
  const host = hostOfAttacker(attacker, blueprint)
  if (attacker.vantage !== 'node') return new Set()
  const pods = (cluster?.pods ?? []).filter(({ node }) => node === host).map(hostOfPod)
  const there = new Set([host, ...pods])
  const ofNodes = (cluster?.nodes ?? []).filter(({ name }) => name === host).flatMap(keysOfNode)
  const ofApiserver = cluster?.apiserver.host === host ? keysOfApiserver(blueprint) : []
  const ofPaths = paths.flatMap(({ from, to, tls }) => [
    ...(there.has(to) && tls !== null ? [tls.serverCertificate] : []),
    ...(there.has(from) && tls?.client.kind === 'certificate' ? [tls.client.certificate] : []),
  ])
  return new Set([...ofNodes, ...ofApiserver, ...ofPaths])
}

function keysOfNode({ clientCertificate, servingCertificate }: NodeBlueprint): string[] {
  return [clientCertificate, servingCertificate]
}

function keysOfApiserver({ cluster }: Blueprint): string[] {
  if (cluster === null) return []
  const { servingCertificate, configuration } = cluster.apiserver
  const client = configuration.kubeletClientCertificate
  return client === null ? [servingCertificate] : [servingCertificate, client]
}
