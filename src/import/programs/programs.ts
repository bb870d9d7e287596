/** The programs whose command lines are read. */
export const PROGRAM_NAMES = [
  'kube-apiserver',
  'kube-controller-manager',
  'kubelet',
  'kube-proxy',
  'proxy-agent',
  'proxy-server',
  'k3s',
  'rke2',
  'k0s',
] as const

export type ProgramName = (typeof PROGRAM_NAMES)[number]

/** Names of binaries and images that differ from the program name, and subcommands of hyperkube. */
const OTHER_NAMES: Readonly<Record<string, ProgramName>> = {
  apiserver: 'kube-apiserver',
  'controller-manager': 'kube-controller-manager',
  'konnectivity-agent': 'proxy-agent',
  'konnectivity-server': 'proxy-server',
  proxy: 'kube-proxy',
}

/** All names that identify a program on their own. */
export const BINARY_NAMES = [...PROGRAM_NAMES, 'konnectivity-agent', 'konnectivity-server'] as const

/** Returns the program that a word of a command line or a container name identifies; null for others. */
export function programNamed(word: string, isOtherName = false): ProgramName | null {
  const base = word.slice(word.lastIndexOf('/') + 1)
  const known = PROGRAM_NAMES.find((name) => name === base)
  if (known !== undefined) return known
  return isOtherName && Object.hasOwn(OTHER_NAMES, base) ? OTHER_NAMES[base] : null
}
