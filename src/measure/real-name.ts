/**
 * A name in the cluster of something that a scenario names otherwise. `Pod`: a pod that has the token of a service
 * account, by the name of the account; `assumed`: a user or pod of which no file says anything.
 */
export interface RealName {
  readonly kind: 'Node' | 'User' | 'Group' | 'Pod' | 'assumed'
  readonly name: string
}

/** The names in the cluster of hosts, users and pods, by their names in the scenario. */
export type RealNames = Readonly<Record<string, RealName>>
