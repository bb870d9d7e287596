/** Folders of a machine, above which stands the folder of its files. */
const ROOTS =
  /(^|\/)(?:etc\/(?:kubernetes|rancher|k0s|systemd|default|sysconfig|eks|haproxy|kubelet-env|origin)|var\/(?:lib|log)\/|home\/kubernetes|(?:usr\/)?lib\/systemd|run\/|proc\/)/

/**
 * Returns the machine to which a file belongs: a node whose name is a folder or the beginning of the file's name, else
 * the folder above `etc/` or `var/`. Files that lie together in no such folder belong to one machine without a name.
 */
export function machineOf(path: string, nodeNames: ReadonlySet<string>): string {
  const steps = path.split('/')
  const file = steps[steps.length - 1]
  const isNamed = (name: string) => file === name || (file.startsWith(name) && /^[._]/.test(file.slice(name.length)))
  const node = steps.find((step) => nodeNames.has(step)) ?? [...nodeNames].find(isNamed)
  if (node !== undefined) return node
  const root = ROOTS.exec(path)
  if (root === null) return ''
  return path.slice(0, root.index).split('/').pop() ?? ''
}
