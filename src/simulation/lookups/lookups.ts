import type { ForwardedResource } from '../../cluster/paths/path-kind.ts'
import { isBetween, isForwarding } from '../../cluster/paths/path-kinds.ts'
import { assert } from '../../engine/assert.ts'
import type { Blueprint, CertificateBlueprint, IdentityBlueprint, PathBlueprint } from '../blueprint.ts'
import { byName } from '../by-name.ts'
import type { Lookups, PathLookups } from '../expanded-blueprint.ts'
import { hostOfPod } from './members.ts'

/** Indexes a blueprint, once everything has been added to it. */
export function lookupsOf(blueprint: Blueprint): Lookups {
  const { hosts, identities, cluster } = blueprint
  return {
    hosts: indexed(hosts),
    identities: indexed(identities),
    nodes: indexed(cluster?.nodes ?? []),
    pods: indexed(cluster?.pods ?? []),
    services: indexed(cluster?.services ?? []),
    paths: pathLookupsOf(blueprint),
  }
}

/** Returns the entry with this name. Asserts that it exists, as in every checked scenario. */
export function named<T>(index: ReadonlyMap<string, T>, name: string): T {
  const found = index.get(name)
  assert(found !== undefined, `a checked scenario names what exists: ${name}`)
  return found
}

/** Returns the certificate with this name. Asserts that it exists, as in every checked scenario. */
export function certificateNamed(
  identities: ReadonlyMap<string, IdentityBlueprint>,
  name: string,
): CertificateBlueprint {
  const found = named(identities, name)
  assert(found.kind === 'certificate', `a checked scenario names certificates: ${name}`)
  return found
}

/**
 * Returns the CA that a verifier has to trust to accept a certificate: its issuer, or the certificate itself if it is
 * self-signed.
 */
export function issuerOf(identities: ReadonlyMap<string, IdentityBlueprint>, name: string): string {
  const found = identities.get(name)
  return found?.kind === 'certificate' ? (found.issuer ?? name) : name
}

/** The index of each list. Lists do not change once they are part of a blueprint. */
const indices = new WeakMap<object, ReadonlyMap<string, unknown>>()

/** Indexes a list of a blueprint by name, once. Many steps of the expansion need the index of all identities. */
export function indexed<T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  // The cached index has the element type of its list.
  const known = indices.get(list) as ReadonlyMap<string, T> | undefined
  if (known !== undefined) return known
  const index = new Map<string, T>()
  for (const each of list) index.set(each.name, each)
  indices.set(list, index)
  return index
}

/**
 * Returns a list with `more` appended. If there is nothing to append, returns the same list, so that it is not indexed
 * again.
 */
export function extended<T>(list: readonly T[], more: readonly T[]): readonly T[] {
  return more.length === 0 ? list : [...list, ...more]
}

/** Indexes the paths of a blueprint. */
export function pathLookupsOf({ cluster, paths }: Blueprint): PathLookups {
  const sorted = [...paths].sort(byName)
  const byDeclaration = grouped(sorted, ({ declared }) => declared)
  const own = sorted.filter(isOwnPath)
  const forwarding = (resource: ForwardedResource) => own.filter(({ kind }) => isForwarding(kind, resource))
  const ofApiserver = (resource: ForwardedResource) =>
    forwarding(resource).filter(({ from }) => from === cluster?.apiserver.host)
  const kubeletPorts = new Map(cluster?.nodes.map(({ name, kubelet }) => [name, kubelet.port]))
  const podsByPlace = grouped(cluster?.pods ?? [], (pod) => `${hostOfPod(pod)}:${pod.listens}`)
  return {
    byDeclaration,
    byClient: grouped(sorted, ({ from }) => from),
    ofKubelet: firstBy(own, ({ kind, from, protocol }) =>
      isBetween(kind, 'kubelet', 'apiserver') && protocol === 'h2' ? [from] : [],
    ),
    toKubelet: firstBy(ofApiserver('kubelets'), ({ to, port }) => (kubeletPorts.get(to) === port ? [to] : [])),
    toKubeletUnverified: firstBy(
      sorted.filter(({ insteadOf }) => insteadOf === undefined),
      ({ unverifiedCopyOf, to }) => (unverifiedCopyOf === undefined ? [] : [to]),
    ),
    toPod: firstBy(ofApiserver('pods'), ({ to, port }) =>
      (podsByPlace.get(`${to}:${port}`) ?? []).map(({ name }) => name),
    ),
    toService: firstBy(ofApiserver('services'), ({ service }) => (service === null ? [] : [service])),
    toEndpoints: new Map(
      forwarding('services')
        .filter(({ service }) => service !== null)
        .map((path) => [
          path.name,
          (byDeclaration.get(endpointsDeclared(path)) ?? []).filter((end) => isToEndpointOf(path, end)),
        ]),
    ),
  }
}

/** Returns whether lookups find a path. They skip paths that replace another path or that only some requests use. */
function isOwnPath({ insteadOf, unverifiedCopyOf }: PathBlueprint): boolean {
  return insteadOf === undefined && unverifiedCopyOf === undefined
}

/** Returns the declared name of the paths to a service's endpoints. */
export function endpointsDeclared(path: PathBlueprint): string {
  return `~${path.name}`
}

/** Returns whether `end` leads to an endpoint of the service at the end of `path`. */
export function isToEndpointOf(path: PathBlueprint, end: PathBlueprint): boolean {
  return end.declared === endpointsDeclared(path) && isForwarding(end.kind, 'services') && end.service === null
}

/** Groups a list by key, keeping the order within each group. */
export function grouped<T, K>(list: readonly T[], keyOf: (each: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const each of list) {
    const key = keyOf(each)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return groups
}

/** Returns the first path for each key. */
function firstBy(
  sorted: readonly PathBlueprint[],
  keysOf: (path: PathBlueprint) => readonly string[],
): ReadonlyMap<string, PathBlueprint> {
  const first = new Map<string, PathBlueprint>()
  for (const path of sorted) for (const key of keysOf(path)) if (!first.has(key)) first.set(key, path)
  return first
}

/** Returns a list without items whose name appeared before. */
export function firstOfEachName<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  const taken = new Set<string>()
  return list.filter(({ name }) => !taken.has(name) && taken.add(name))
}

/** Returns the numbers of the directions with this name, or of the link or segment with this name. */
export function directionsNamed(name: string, directions: readonly { readonly name: string }[]): number[] {
  return [...directions.keys()].filter((direction) => isPartOf(directions[direction].name, name))
}

function isPartOf(direction: string, name: string): boolean {
  return direction === name || direction.startsWith(`link/${name}/`) || direction.startsWith(`segment/${name}/`)
}
