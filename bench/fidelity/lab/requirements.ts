/** Something that the lab needs of the machine. */
export interface Requirement {
  readonly name: string
  readonly isMet: boolean
  readonly howToGet: string
  /** The measurements that need it, or null when nothing can be measured without it. */
  readonly without: string | null
}

/** Queries of a machine, which tests replace. */
export interface Machine {
  readonly isLinux: boolean
  readonly isRoot: boolean
  /** Returns the first of these programs that can be executed, by name or path, or null. */
  readonly find: (...commands: readonly string[]) => string | null
  readonly exists: (path: string) => boolean
  readonly hasNetem: () => boolean
  readonly processors: number
}

export const GO = ['go', '/usr/local/go/bin/go', '/usr/lib/go-1.24/bin/go', '/usr/lib/go/bin/go'] as const
export const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'] as const

export function requirementsOf(machine: Machine, wan: 'relay' | 'netem'): Requirement[] {
  const has = (...commands: string[]) => machine.find(...commands) !== null
  const needed = (name: string, isMet: boolean, howToGet: string): Requirement => ({
    name,
    isMet,
    howToGet,
    without: null,
  })
  return [
    needed('Linux', machine.isLinux, 'network namespaces are of Linux: use a virtual machine'),
    needed('root', machine.isRoot, 'sudo npm run lab'),
    needed('ip', has('ip'), 'apt-get install iproute2'),
    needed('ping', has('ping'), 'apt-get install iputils-ping'),
    needed('chrt and taskset', has('chrt') && has('taskset'), 'apt-get install util-linux'),
    needed('openssl', has('openssl'), 'apt-get install openssl'),
    ...(wan === 'relay' ? relayNeeds(machine, needed) : netemNeeds(machine, needed)),
    {
      name: 'go',
      isMet: has(...GO),
      howToGet: 'https://go.dev/dl, or apt-get install golang-go golang-golang-x-crypto-dev',
      without: 'no cells of stack go, and none with SSH',
    },
    {
      name: 'sshd',
      isMet: has(...SSHD) && has('ssh-keygen'),
      howToGet: 'apt-get install openssh-server',
      without: 'no cells with SSH',
    },
  ]
}

/** Programs that measuring kubectl needs beside a relay. */
export function kubectlNeeds(machine: Machine): Requirement[] {
  const needed = (name: string, isMet: boolean, howToGet: string): Requirement => ({
    ...{ name, isMet, howToGet, without: null },
  })
  const sources = '/usr/share/gocode/src'
  const packages = ['golang-k8s-client-go-dev', 'golang-github-containerd-containerd-dev']
  const hasSources = machine.exists(`${sources}/k8s.io/client-go`) && machine.exists(`${sources}/github.com/containerd`)
  return [
    needed('kubectl', machine.find('kubectl') !== null, 'apt-get install kubernetes-client'),
    needed('go', machine.find(...GO) !== null, 'apt-get install golang-go'),
    needed('sources of client-go and containerd', hasSources, `apt-get install ${packages.join(' ')}`),
    needed('two processors', machine.processors > 1, 'one is for the relay'),
  ]
}

type Needed = (name: string, isMet: boolean, howToGet: string) => Requirement

function relayNeeds(machine: Machine, needed: Needed): Requirement[] {
  return [
    needed('cc', machine.find('cc', 'gcc', 'clang') !== null, 'apt-get install gcc libc6-dev, or --wan netem'),
    needed('/dev/net/tun', machine.exists('/dev/net/tun'), 'modprobe tun, or --wan netem'),
  ]
}

function netemNeeds(machine: Machine, needed: Needed): Requirement[] {
  return [
    needed('tc', machine.find('tc') !== null, 'apt-get install iproute2'),
    needed('netem', machine.hasNetem(), 'modprobe sch_netem (a kernel with CONFIG_NET_SCH_NETEM), or --wan relay'),
  ]
}
