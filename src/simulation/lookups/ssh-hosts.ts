import type { PathBlueprint } from '../blueprint.ts'

/** Returns the name of a host's SSH host key, by which an attacker holds it. */
export function sshHostKeyName(host: string): string {
  return `${host}-ssh-host-key`
}

/** Returns the hosts whose sshd ends tunnels of paths. Paths into a cluster share one list of them. */
export function sshHostsOf(paths: readonly Pick<PathBlueprint, 'tunnel'>[]): ReadonlySet<string> {
  const lists = new Set(paths.flatMap(({ tunnel }) => (tunnel?.kind === 'ssh' ? [tunnel.via] : [])))
  return new Set([...lists].flat())
}
