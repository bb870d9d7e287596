import { namesOf } from '../../engine/registry.ts'
import { NOISE_PROFILES } from '../../network/noise-profiles.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import { choice, count, reference } from '../schema/scalars.ts'
import { hostKey } from './host-key.ts'

export const DEFAULT_CORES = 2

const summaries = (profiles: Readonly<Record<string, { readonly summary: string }>>) =>
  namesOf(profiles)
    .map((name) => `${name}: ${profiles[name].summary}`)
    .join('; ')

export const cpu = hostKey({
  schema: () =>
    choice(
      `The CPU profile, which gives the time that cryptography and each byte take. ${summaries(CPU_PROFILES)}. \`onpath list cpu\` shows the figures. Default: go.`,
      namesOf(CPU_PROFILES),
    ),
  set: (cpu) => ({ cpu }),
  print: ({ cpu }) => cpu,
})

export const noise = hostKey({
  schema: () =>
    choice(
      `Whether the core that serves a connection does something else now and then, so that packets are taken up late. ${summaries(NOISE_PROFILES)}. Default: linux, or none for a host with \`cpu: instant\` or another TCP profile than linux.`,
      namesOf(NOISE_PROFILES),
    ),
  set: (noise) => ({ noise }),
  print: ({ noise }) => noise,
})

export const cores = hostKey({
  schema: () => count('The number of CPU cores; work waits for a free core. Default: 2.', 1, 1024),
  set: (cores) => ({ cores }),
  print: ({ cores, coresOf }) => (coresOf === undefined ? cores : undefined),
})

export const coresOf = hostKey({
  schema: () =>
    reference(
      'Another host whose cores this host shares, as virtual machines do. Default: the host has cores of its own.',
    ),
  set: (owner, hosts) => ({ cores: hosts.get(owner)?.cores ?? DEFAULT_CORES, coresOf: owner }),
  check(owner, { name, at, hosts, findings }) {
    if (!findings.checkName(at, 'host', owner, hosts)) return
    if (owner === name) return findings.contradict(at, `${name} cannot share its own cores; leave cores-of out`)
    const whose = hosts.get(owner)?.['cores-of']
    if (whose !== undefined)
      findings.contradict(at, `${owner} has no cores of its own, since it shares those of ${whose}`)
    if (hosts.get(name)?.cores !== undefined)
      findings.contradict([...at.slice(0, -1), 'cores'], `the number of cores is that of ${owner}; leave cores out`)
  },
  print: ({ coresOf }) => coresOf,
})
