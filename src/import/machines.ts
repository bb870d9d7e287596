/** Folders on a machine. The folder above them contains the machine's files. */
const ROOTS =
  /(^|\/)(?:etc\/(?:kubernetes|rancher|k0s|systemd|default|sysconfig|eks|haproxy|kubelet-env|origin)|var\/(?:lib|log|snap)\/|home\/kubernetes|(?:usr\/)?lib\/systemd|run\/|proc\/)/

/** Folders at the root of a machine. */
const TOP = /^(?:boot|etc|home|mnt|opt|root|run|srv|tmp|usr|var)$/

/**
 * Top-level folders that are sure to be on a machine. `/home` and `/tmp` are left out, because bundles of others are
 * stored there too.
 */
const OWN_TOP = /^(?:boot|etc|opt|run|srv|usr|var)$/

/** Names of folders that are not machines. */
const NO_MACHINES =
  /\.d$|^(manifests|pod-manifests|pki|certs|kubelet|kubernetes|k3s|rke2|k0s|rancher|server|agent|apiserver|config|kube-apiserver-pod-\d+|static-pod-resources|kube-apiserver|control-plane|rbac|nodes|configmaps|systemd|system|default|sysconfig)$/

/** Finds the machine that each file belongs to. */
export class Machines {
  /** The names of nodes, by name and address. */
  readonly #nodes: ReadonlyMap<string, string>
  /** The number of folders that all files have in common. */
  readonly #shared: number
  /** Folders of static pods, absolute on their machine, with a slash at both ends. */
  readonly #folders: readonly string[]
  /** The paths of folders that contain a machine's files. */
  readonly #roots: ReadonlySet<string>
  readonly #known = new Map<string, string>()

  /**
   * @param nodes the names of nodes, by name and address
   * @param paths the paths of all files
   * @param folders the folders of static pods that kubelets name, such as `/srv/pods`
   */
  constructor(nodes: ReadonlyMap<string, string>, paths: readonly string[], folders: readonly string[] = []) {
    this.#nodes = nodes
    this.#folders = folders.map((folder) => `/${folder.replace(/^\/+|\/+$/g, '')}/`)
    this.#shared = sharedFolders(paths)
    this.#roots = new Set(paths.flatMap((path) => rootOf(path) ?? []))
  }

  /**
   * Returns the machine of a file: a node whose name or address is a folder or the start of the file name, otherwise
   * the folder above `etc/` or `var/`, otherwise the first folder that not all files share. Files in one folder belong
   * to one machine without a name.
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
    const root = rootOf(path) ?? this.#rootAbove(steps)
    if (root !== null) return root.slice(root.lastIndexOf('/') + 1)
    const folderOfPods = this.#folders.find((one) => `/${path}`.includes(one))
    if (folderOfPods !== undefined) return `/${path}`.split(folderOfPods)[0].split('/').pop() ?? ''
    const folder = steps.slice(0, -1)[this.#shared]
    return folder === undefined || NO_MACHINES.test(folder) ? '' : folder
  }

  /** Returns the folder of the machine that contains a path, if other files show this folder; otherwise null. */
  #rootAbove(steps: readonly string[]): string | null {
    for (let depth = steps.length - 2; depth >= 0; depth--) {
      const root = steps.slice(0, depth).join('/')
      if ((root === '' ? OWN_TOP : TOP).test(steps[depth]) && this.#roots.has(root)) return root
    }
    return null
  }
}

function sharedFolders(paths: readonly string[]): number {
  const folders = paths.map((path) => path.split('/').slice(0, -1))
  const [first = [], ...others] = folders
  const differs = first.findIndex((step, i) => others.some((other) => other[i] !== step))
  return differs < 0 ? first.length : differs
}

/** Returns the folder of the machine that a path shows; null for other paths. */
function rootOf(path: string): string | null {
  const found = ROOTS.exec(path)
  return found === null ? null : path.slice(0, found.index)
}
