import type { Theft } from '../../attack/sockets/sockets-plan.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { NONE } from '../../engine/table.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { NodeBlueprint, PodBlueprint } from '../blueprint-cluster.ts'
import { hostOfAttacker, type NumberedStep, pathsOfStep } from '../lookups/attacker-names.ts'
import { hostOfPod, sshHostKeyName, sshHostsOf } from '../lookups/members.ts'
import { lookUp } from '../network/plan-network.ts'
import type { AttackContext } from '../plan-requests.ts'
import { certificateNames, tokenNames } from '../security/secret-names.ts'
import { bootstrapTokenThere, credentialUsed } from './used-credential.ts'

/** Plans the credentials that a step reads on its attacker's host, or from the metadata server. */
export function planThefts(placed: NumberedStep, context: AttackContext): readonly Theft[] {
  switch (USED_TECHNIQUES[placed.step.technique].steals) {
    case 'tokens':
      return theftsOf('token', tokenNames(context.blueprint), tokensOf, tokensThere, placed, context)
    case 'keys':
      return theftsOf('certificate-key', certificateNames(context.blueprint), keysOf, keysThere, placed, context)
    case 'bootstrap-token':
      return planMetadataReads(placed, context)
    default:
      return []
  }
}

/**
 * Returns, for each path, the credentials of its ends, then all other credentials there. The attacker takes those too
 * and may use them later.
 */
function theftsOf(
  kind: Theft['kind'],
  names: readonly string[],
  ofPath: (placed: NumberedStep, path: PathBlueprint, blueprint: Blueprint) => readonly string[],
  all: (placed: NumberedStep, blueprint: Blueprint) => ReadonlySet<string>,
  placed: NumberedStep,
  { blueprint, paths }: AttackContext,
): readonly Theft[] {
  const theft = (name: string, path: number): Theft => {
    return { step: placed.index, path, kind, subject: names.indexOf(name) }
  }
  const ofPaths = pathsOfStep(placed.step, blueprint).flatMap((path) =>
    ofPath(placed, path, blueprint).map((name) => theft(name, lookUp(paths.pathIndex, path.name))),
  )
  return [...ofPaths, ...[...all(placed, blueprint)].map((name) => theft(name, NONE))]
}

/**
 * Plans the read of the bootstrap token from the cloud's metadata server. Processes on a node can read it, and so can
 * pods, unless metadata concealment or Workload Identity prevents it.
 */
function planMetadataReads(placed: NumberedStep, { blueprint, paths }: AttackContext): readonly Theft[] {
  const { attacker, step, index } = placed
  const token = bootstrapTokenThere(placed, blueprint)
  const isReached = blueprint.cluster?.metadataServer === 'open' || VANTAGES[attacker.vantage].isRoot
  if (!isReached || token === null || token !== credentialUsed(placed, blueprint)) return []
  const subject = tokenNames(blueprint).indexOf(token)
  return pathsOfStep(step, blueprint).map(({ name }) => {
    return { step: index, path: lookUp(paths.pathIndex, name), kind: 'token', subject }
  })
}

/** Returns the tokens of pods at the path's ends, or of pods on nodes there. */
function tokensOf(placed: NumberedStep, { tls, from, to }: PathBlueprint, blueprint: Blueprint): readonly string[] {
  const { attacker } = placed
  const isAtEnd = (pod: PodBlueprint) => {
    const ends = VANTAGES[attacker.vantage].isRoot ? [hostOfPod(pod), pod.node] : [hostOfPod(pod)]
    return ends.includes(from) || ends.includes(to)
  }
  const mounted = podsRead(placed, blueprint)
    .filter(isAtEnd)
    .flatMap(({ token }) => (token === null ? [] : [token]))
  const isShownHere = tls?.client.kind === 'token' && from === hostOfAttacker(attacker, blueprint)
  return [
    ...new Set([...mounted, ...(isShownHere && VANTAGES[attacker.vantage].hasNetworkPlace ? [tls.client.token] : [])]),
  ]
}

function keysOf(placed: NumberedStep, { tls, tunnel }: PathBlueprint, blueprint: Blueprint): readonly string[] {
  const there = keysThere(placed, blueprint)
  const shown = [tls?.serverCertificate, tls?.client.kind === 'certificate' ? tls.client.certificate : undefined]
  const hostKey = sshHostKeyName(hostOfAttacker(placed.attacker, blueprint))
  const isTunnelEnd = tunnel?.kind === 'ssh' && tunnel.via.some((via) => sshHostKeyName(via) === hostKey)
  return [...there].filter((name) => shown.includes(name) || (isTunnelEnd && name === hostKey))
}

/** Returns the pods whose tokens the attacker can read: for root those on its node, otherwise its own pod. */
function podsRead({ attacker }: NumberedStep, blueprint: Blueprint): readonly PodBlueprint[] {
  const host = hostOfAttacker(attacker, blueprint)
  return (blueprint.cluster?.pods ?? []).filter((pod) =>
    VANTAGES[attacker.vantage].isRoot ? pod.node === host : pod.name === attacker.on.name || isOnlyPodOf(pod, host),
  )
}

function tokensThere(placed: NumberedStep, blueprint: Blueprint): ReadonlySet<string> {
  const { attacker } = placed
  const host = hostOfAttacker(attacker, blueprint)
  const mounted = podsRead(placed, blueprint).flatMap(({ token }) => (token === null ? [] : [token]))
  const shown = blueprint.paths.flatMap(({ from, tls }) =>
    from === host && tls?.client.kind === 'token' ? [tls.client.token] : [],
  )
  return new Set([...mounted, ...(VANTAGES[attacker.vantage].hasNetworkPlace ? shown : [])])
}

function isOnlyPodOf(pod: PodBlueprint, host: string): boolean {
  return !pod.hostNetwork && pod.name === host
}

/**
 * Returns the keys that an attacker can read as root: those of its host's programs and of the pods there. Without root,
 * none.
 */
function keysThere({ attacker }: NumberedStep, blueprint: Blueprint): ReadonlySet<string> {
  const { cluster, paths } = blueprint
  const host = hostOfAttacker(attacker, blueprint)
  if (!VANTAGES[attacker.vantage].isRoot) return new Set()
  const pods = (cluster?.pods ?? []).filter(({ node }) => node === host).map(hostOfPod)
  const there = new Set([host, ...pods])
  const ofNodes = (cluster?.nodes ?? []).filter(({ name }) => name === host).flatMap(keysOfNode)
  const ofApiserver = cluster?.apiserver.host === host ? keysOfApiserver(blueprint) : []
  const ofPaths = paths.flatMap(({ from, to, tls }) => [
    ...(there.has(to) && tls !== null ? [tls.serverCertificate] : []),
    ...(there.has(from) && tls?.client.kind === 'certificate' ? [tls.client.certificate] : []),
  ])
  const ofSshd = sshHostsOf(paths).has(host) ? [sshHostKeyName(host)] : []
  return new Set([...ofNodes, ...ofApiserver, ...ofPaths, ...ofSshd])
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
