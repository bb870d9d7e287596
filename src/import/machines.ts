/** Folders of a machine, above which stands the folder of its files. */
const ROOTS =
  /(^|\/)(?:etc\/(?:kubernetes|rancher|k0s|systemd|default|sysconfig|eks|haproxy|kubelet-env|origin)|var\/(?:lib|log)\/|home\/kubernetes|(?:usr\/)?lib\/systemd|run\/|proc\/)/

/**
 * Returns the machine to which a file belongs: a node whose name or address is a folder or the beginning of the file's
 * name, else the folder above `etc/` or `var/`. Files that lie together in no such folder belong to one machine without a name.
 * @param nodes the names of nodes, by their names and addresses
 */
export function machineOf(path: string, nodes: ReadonlyMap<string, string>): string {
  const steps = path.split('/')
  const file = steps[steps.length - 1]
  const isNamed = (name: string) => file === name || (file.startsWith(name) && /^[._]/.test(file.slice(name.length)))
  const node = steps.find((step) => nodes.has(step)) ?? [...nodes.keys()].find(isNamed)
  if (node !== undefined) return nodes.get(node)!
  const root = ROOTS.exec(path)
  if (root === null) return ''
  return path.slice(0, root.index).split('/').pop() ?? ''
}
