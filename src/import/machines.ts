/** Folders of a machine, above which stands the folder of its files. */
const ROOTS =
  /(^|\/)(?:etc\/(?:kubernetes|rancher|k0s|systemd|default|sysconfig|eks|haproxy|kubelet-env|origin)|var\/(?:lib|log|snap)\/|home\/kubernetes|(?:usr\/)?lib\/systemd|run\/|proc\/)/

/** Names of folders that are no machines. */
const NO_MACHINES =
  /\.d$|^(manifests|pod-manifests|pki|certs|kubelet|kubernetes|k3s|rke2|k0s|rancher|server|agent|apiserver|config|kube-apiserver-pod-\d+|static-pod-resources|kube-apiserver|control-plane|rbac|nodes|configmaps|systemd|system|default|sysconfig)$/

/** Finds the machines to which files belong. */
export class Machines {
  /** The names of nodes, by their names and addresses. */
  readonly #nodes: ReadonlyMap<string, string>
  /** The number of folders that all files have in common. */
  readonly #shared: number
  readonly #known = new Map<string, string>()

  /**
   * @param nodes the names of nodes, by their names and addresses
   * @param paths the paths of all files
   */
  constructor(nodes: ReadonlyMap<string, string>, paths: readonly string[]) {
    this.#nodes = nodes
    this.#shared = sharedFolders(paths)
  }

  /**
   * Returns the machine of a file: a node whose name or address is a folder or the beginning of the file's name, else the
   * folder above `etc/` or `var/`, else the first folder that not all files have in common. Files that lie together
   * belong to one machine without a name.
   */
  of(path: string): string {
    const known = this.#known.get(path) ?? this.#find(path)
    this.#known.set(path, known)
    return known
  }

  #find(path: string): string {
    const steps = path.split('/')
    const file = steps[steps.length - 1]
    const isNamed = (name: string) => file.startsWith(name) && /^([._]|$)/.test(file.slice(name.length))
    const node = steps.find((step) => this.#nodes.has(step)) ?? [...this.#nodes.keys()].find(isNamed)
    if (node !== undefined) return this.#nodes.get(node)!
    const root = ROOTS.exec(path)
    if (root !== null) return path.slice(0, root.index).split('/').pop() ?? ''
    const folder = steps.slice(0, -1)[this.#shared]
    return folder === undefined || NO_MACHINES.test(folder) ? '' : folder
  }
}

function sharedFolders(paths: readonly string[]): number {
  const folders = paths.map((path) => path.split('/').slice(0, -1))
  const [first = [], ...others] = folders
  const differs = first.findIndex((step, i) => others.some((other) => other[i] !== step))
  return differs < 0 ? first.length : differs
}
