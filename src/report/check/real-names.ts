import type { RealName, RealNames } from '../../measure/real-name.ts'

/** The host of the control plane in every cluster. */
const MASTER = 'master'

/** Returns the real object behind a name of the scenario; undefined if the name is real itself. */
export function realNameOf(name: string, names: RealNames): RealName | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined
}

/** Returns the name of a scenario's host in the cluster: `node-3.example.com`, or what a pod represents. */
export function hostText(host: string, names: RealNames): string {
  if (host === MASTER) return 'the control plane'
  const real = realNameOf(host, names)
  if (real?.kind === 'Pod') return `a pod with the service account ${real.name}`
  if (real?.kind === 'Server') return `a pod of the ${real.name}`
  return real === undefined ? host : real.name
}

/** Returns a server with its port: `node-3.example.com:10250`, or `port 6443 of the apiserver` in a real cluster. */
export function serverText(server: string, port: number | null, names: RealNames): string {
  const isOfRealCluster = Object.keys(names).length > 0
  if (server === MASTER && isOfRealCluster) return port === null ? 'the apiserver' : `port ${port} of the apiserver`
  const host = server === MASTER ? server : hostText(server, names)
  return port === null ? host : `${host}:${port}`
}

/** Returns whether a host of the scenario is a pod that the import assumed. */
export function isAssumed(host: string, names: RealNames): boolean {
  return realNameOf(host, names)?.kind === 'assumed'
}

/** Returns a user name as Kubernetes writes it, with nodes by their names in the cluster. */
export function userText(user: string, names: RealNames): string {
  const node = /^system:node:(.+)$/.exec(user)
  return node === null ? (realNameOf(user, names)?.name ?? user) : `system:node:${hostText(node[1], names)}`
}

/** Returns a holder of permissions as a grammatical subject: `the user jane`, or a member of a group. */
export function holderText(user: string, names: RealNames): string {
  const real = realNameOf(user, names)
  if (real?.kind === 'Group') return `a member of the group ${real.name}`
  if (real?.kind === 'assumed') return `the administrator whom the import assumes (${user})`
  return `the user ${real?.name ?? user}`
}
