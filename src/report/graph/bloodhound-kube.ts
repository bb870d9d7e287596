/**
 * The identifiers of Bloodhound-Kube (HackinAhab/bloodhound-kube 8155b57). BuildID in
 * internal/nodes/framework/helpers.go joins kind, namespace and name by colons, and clusterScopedID in
 * internal/parser/parse.go puts the name of the cluster before them.
 */
export interface GraphObject {
  readonly kind: 'BHK_Node' | 'BHK_User' | 'BHK_Group' | 'BHK_ServiceAccount' | 'BHK_AllPods'
  readonly namespace?: string
  readonly name: string
}

/** The node for all pods. Its kind is also its name (internal/nodes/platform/aggregates.go). */
export const ALL_PODS: GraphObject = { kind: 'BHK_AllPods', name: 'BHK_AllPods' }

/** The second kind of an object, as the collector writes it. */
const SECOND_KINDS: Readonly<Record<GraphObject['kind'], readonly string[]>> = {
  BHK_Node: [],
  BHK_User: ['BHK_Identity'],
  BHK_Group: ['BHK_Identity'],
  BHK_ServiceAccount: ['BHK_Identity'],
  BHK_AllPods: ['BHK_Aggregate'],
}

/** The default name of a cluster (internal/parser/parse.go, defaultClusterName). */
export const DEFAULT_CLUSTER = 'default'

export function idOf({ kind, namespace, name }: GraphObject, cluster: string): string {
  return [cluster, kind, ...(namespace === undefined ? [] : [namespace]), name].join(':')
}

export function kindsOf({ kind }: GraphObject): readonly string[] {
  return [kind, ...SECOND_KINDS[kind]]
}
