/** The objects that a node needs for a pod, by their names in the pod's namespace. */
export interface PodReferences {
  readonly namespace: string
  readonly name: string
  readonly node: string
  /** The pod's service account, without the namespace. */
  readonly account: string
  readonly secrets: readonly string[]
  readonly configMaps: readonly string[]
}

export type NodeRelated = 'pods' | 'secrets' | 'configmaps' | 'serviceaccounts'

/** The graph of the Node authorizer: for each object, the nodes that may read it because a pod on them refers to it. */
export class NodeGraph {
  private readonly nodesByObject = new Map<string, Set<string>>()

  constructor(pods: readonly PodReferences[]) {
    for (const { namespace, name, node, account, secrets, configMaps } of pods) {
      this.relate('pods', namespace, name, node)
      this.relate('serviceaccounts', namespace, account, node)
      for (const secret of secrets) this.relate('secrets', namespace, secret, node)
      for (const configMap of configMaps) this.relate('configmaps', namespace, configMap, node)
    }
  }

  isRelated(node: string, kind: NodeRelated, namespace: string, name: string): boolean {
    return this.nodesByObject.get(`${kind}/${namespace}/${name}`)?.has(node) === true
  }

  private relate(kind: NodeRelated, namespace: string, name: string, node: string): void {
    const key = `${kind}/${namespace}/${name}`
    const nodes = this.nodesByObject.get(key)
    if (nodes === undefined) this.nodesByObject.set(key, new Set([node]))
    else nodes.add(node)
  }
}
