import type { Theft } from '../../../attack/sockets/sockets-plan.ts'
import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import type { NodeBlueprint, PodBlueprint } from '../../blueprint-cluster.ts'
import { hostOfPod } from '../cluster-paths.ts'
import { lookUp } from '../plan-network.ts'
import { hostOfAttacker, type PlacedStep, pathsOfStep } from './attacker-names.ts'
import type { AttackContext } from './plan-attack.ts'
import { planMetadataReads } from './plan-metadata-reads.ts'
import { certificateNames, tokenNames } from './secret-names.ts'

/** What there is to take on an attacker's host, for the paths that a step is about. */
export function planThefts(placed: PlacedStep, context: AttackContext): readonly Theft[] {
  const { technique } = placed.step
  if (technique === 'bootstrap-node') return planMetadataReads(placed, context)
  if (technique !== 'steal-token' && technique !== 'steal-key') return []
  const { blueprint, paths } = context
  const names = technique === 'steal-token' ? tokenNames(blueprint) : certificateNames(blueprint)
  const kind = technique === 'steal-token' ? 'token' : 'certificate-key'
  const there = technique === 'steal-token' ? tokensThere(placed, blueprint) : keysThere(placed, blueprint)
  return pathsOfStep(placed.step, blueprint).flatMap((path) =>
    [...there]
      .filter((name) => belongsTo(name, path, blueprint))
      .map((name) => ({
        step: placed.index,
        path: lookUp(paths.pathIndex, path.name),
        kind,
        subject: names.indexOf(name),
      })),
  )
}

/** A credential of one of the path's ends. */
function belongsTo(name: string, { tls, from, to }: PathBlueprint, { cluster }: Blueprint): boolean {
  if (tls?.serverCertificate === name) return true
  if (tls?.client.kind === 'certificate' && tls.client.certificate === name) return true
  if (tls?.client.kind === 'token' && tls.client.token === name) return true
  const pods = cluster?.pods.filter((pod) => pod.token === name) ?? []
  return pods.some((pod) => hostOfPod(pod) === from || hostOfPod(pod) === to || pod.node === from || pod.node === to)
}

/** A pod's token is mounted where the pod runs; whoever has the node has those of all its pods. */
function tokensThere({ attacker }: PlacedStep, blueprint: Blueprint): ReadonlySet<string> {
  const host = hostOfAttacker(attacker, blueprint)
  const pods = blueprint.cluster?.pods ?? []
  const reads = (pod: PodBlueprint) =>
    attacker.vantage === 'node' ? pod.node === host : pod.name === attacker.on.name || isOnlyPodOf(pod, host)
  const mounted = pods.filter(reads).flatMap(({ token }) => (token === null ? [] : [token]))
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
