import { assert } from '../../engine/assert.ts'
import type { Blueprint, HostBlueprint, PathBlueprint } from '../blueprint.ts'
import type { PodBlueprint } from '../blueprint-cluster.ts'

/** Returns the host with this name. Asserts that it exists, as in every checked scenario. */
export function hostNamed({ hosts }: Blueprint, name: string): HostBlueprint {
  const host = hosts.find((candidate) => candidate.name === name)
  assert(host !== undefined, `a checked scenario names hosts that exist: ${name}`)
  return host
}

/** Returns the host whose network a pod uses. */
export function hostOfPod({ name, node, hostNetwork }: PodBlueprint): string {
  return hostNetwork ? node : name
}

/** Returns names sorted by UTF-16 code units. */
export function sortedNames(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => (a < b ? -1 : 1))
}

/** Returns the name of a host's SSH host key among credentials. */
export function sshHostKeyName(host: string): string {
  return `${host}-ssh-host-key`
}

/** Returns the hosts whose sshd ends tunnels of paths. Paths into a cluster share one list of hosts. */
export function sshHostsOf(paths: readonly Pick<PathBlueprint, 'tunnel'>[]): ReadonlySet<string> {
  const lists = new Set(paths.flatMap(({ tunnel }) => (tunnel?.kind === 'ssh' ? [tunnel.via] : [])))
  return new Set([...lists].flat())
}
