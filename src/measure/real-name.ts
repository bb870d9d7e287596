/**
 * The name that something has in the cluster, where the scenario has another name. `Pod`: a pod that has the token of a
 * service account, listed by the account's name. `Server`: a pod of an object that declares a port. `assumed`: a user or pod that no file mentions.
 */
export interface RealName {
  readonly kind: 'Node' | 'User' | 'Group' | 'Pod' | 'Server' | 'assumed'
  readonly name: string
}

/** The names in the cluster of hosts, users and pods, by their names in the scenario. */
export type RealNames = Readonly<Record<string, RealName>>
