import { namesOf } from '../../engine/registry.ts'
import { parseAddress } from '../../network/address-book.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import type { NoiseName } from '../../network/noise-profiles.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import type { HostBlueprint } from '../../simulation/blueprint.ts'
import type { CongestionControlDescriptor } from '../../transport/congestion/congestion-control.ts'
import { CONGESTION_CONTROLS, type CongestionControlsByName } from '../../transport/congestion/congestion-controls.ts'
import { TCP_PROFILES, type TcpOverrides } from '../../transport/profiles/tcp-profiles.ts'
import { LOSS_RECOVERIES } from '../../transport/recovery/loss-recoveries.ts'
import type { LossRecoveryDescriptor } from '../../transport/recovery/loss-recovery.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { orList } from '../../values/kinds.ts'
import { quoted } from '../../values/units.ts'
import type { Findings } from '../problems/findings.ts'
import type { HostSection } from '../schema/hosts.ts'
import { automaticAddresses } from './automatic-address.ts'

/** Resolves hosts. `own` has the congestion controls that they may name besides those of the registry. */
export function resolveHosts(
  sections: ReadonlyMap<string, HostSection>,
  findings: Findings,
  own: CongestionControlsByName = {},
): HostBlueprint[] {
  const controls = { ...own, ...CONGESTION_CONTROLS }
  const taken = checkAddresses(sections, findings)
  for (const [name, host] of sections) {
    checkTcp(name, host, controls, findings)
    checkCores(name, host, sections, findings)
  }
  const unaddressed = [...sections].filter(([, host]) => host.addresses === undefined).map(([name]) => name)
  const automatic = automaticAddresses(unaddressed, taken)
  return [...sections].map(([name, host]) => ({
    name,
    addresses: host.addresses ?? [automatic.get(name)!],
    cpu: host.cpu ?? DEFAULT_CPU,
    ...(host.kubernetes === undefined ? {} : { kubernetes: host.kubernetes }),
    noise: host.noise ?? defaultNoise(host),
    ...coresOf(host, sections),
    tcp: {
      profile: host.tcp?.profile ?? DEFAULT_TCP_PROFILE,
      congestion: host.tcp?.congestion ?? 'cubic',
      ...overridesOf(host.tcp),
      receiveBufferBytes: host.tcp?.['receive-buffer'] ?? null,
      sendBufferBytes: host.tcp?.['send-buffer'] ?? null,
    },
    loopback: LINK_PROFILES.localhost.options,
  }))
}

/** Returns `linux` for hosts that stand for real machines. Ideal hosts have no noise. */
function defaultNoise({ cpu, tcp }: HostSection): NoiseName {
  const profiles = [CPU_PROFILES[cpu ?? DEFAULT_CPU], TCP_PROFILES[tcp?.profile ?? DEFAULT_TCP_PROFILE]]
  return profiles.every(({ isInterrupted }) => isInterrupted) ? 'linux' : 'none'
}

const DEFAULT_CPU = 'go'
const DEFAULT_TCP_PROFILE = 'linux'
const DEFAULT_CORES = 2

function coresOf(
  host: HostSection,
  sections: ReadonlyMap<string, HostSection>,
): Pick<HostBlueprint, 'cores' | 'coresOf'> {
  const owner = host['cores-of']
  if (owner === undefined) return { cores: host.cores ?? DEFAULT_CORES }
  return { cores: sections.get(owner)?.cores ?? DEFAULT_CORES, coresOf: owner }
}

function overridesOf(tcp: HostSection['tcp']): { readonly overrides?: TcpOverrides } {
  const restart = tcp?.['slow-start-after-idle']
  const chosen: { [Key in keyof TcpOverrides]: TcpOverrides[Key] | undefined } = {
    recovery: tcp?.recovery,
    undoesSpurious: tcp?.undo,
    hasLimitedTransmit: tcp?.['limited-transmit'],
    spreadsReduction: tcp?.prr,
    probesTail: tcp?.['tail-loss-probe'],
    hasHystart: tcp?.hystart,
    initialWindow: tcp?.['initial-window'],
    timeoutFloorNs: tcp?.['min-rto'],
    windowProbes: tcp?.['window-probes'],
    hasNagle: tcp?.nagle,
    delayedAckNs: tcp?.['delayed-ack'],
    timerTickNs: tcp?.['timer-tick'],
    ephemeralPorts: tcp?.['ephemeral-ports'],
    timeWaitReuse: tcp?.['time-wait-reuse'],
    quickAcks: tcp?.['quick-acks'],
    afterIdle: restart === undefined ? undefined : restart ? 'decay' : 'keep',
    growsReceiveBuffer: tcp?.autotuning,
    sendBufferBytes: tcp?.['send-buffer-limit'],
  }
  const overrides: TcpOverrides = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined))
  return Object.keys(overrides).length === 0 ? {} : { overrides }
}

function checkCores(
  name: string,
  host: HostSection,
  sections: ReadonlyMap<string, HostSection>,
  findings: Findings,
): void {
  const owner = host['cores-of']
  if (owner === undefined) return
  const at = ['hosts', name, 'cores-of']
  if (!findings.checkName(at, 'host', owner, sections)) return
  if (owner === name) return findings.contradict(at, `${name} cannot share its own cores; leave cores-of out`)
  const whose = sections.get(owner)?.['cores-of']
  if (whose !== undefined)
    findings.contradict(at, `${owner} has no cores of its own, since it shares those of ${whose}`)
  if (host.cores !== undefined)
    findings.contradict(['hosts', name, 'cores'], `the number of cores is that of ${owner}; leave cores out`)
}

/** Reports keys of TCP that would have no effect with the other settings of the host. */
function checkTcp(name: string, { tcp }: HostSection, controls: CongestionControlsByName, findings: Findings): void {
  const { congestion = 'cubic', profile = 'linux' } = tcp ?? {}
  const names = namesOf(controls)
  if (!names.includes(congestion)) {
    const hint = () => didYouMean(congestion, names)
    const message = `expected ${orList(names)}, found ${quoted(congestion)}`
    return findings.reportInvalid(['hosts', name, 'tcp', 'congestion'], 'unknown-value', message, { hint })
  }
  const recovery = tcp?.recovery ?? TCP_PROFILES[profile].recovery
  const report = (key: string, needs: string, has: string) =>
    findings.contradict(['hosts', name, 'tcp', key], `${key} needs ${needs}, and this host has ${has}`)
  const needsCongestion = (key: string, isAble: (control: CongestionControlDescriptor) => boolean) => {
    const able = names.filter((other) => isAble(controls[other]))
    if (!able.includes(congestion)) report(key, `congestion: ${orList(able)}`, `congestion: ${congestion}`)
  }
  const recoveries = (isAble: (recovery: LossRecoveryDescriptor) => boolean) =>
    `recovery: ${orList(namesOf(LOSS_RECOVERIES).filter((other) => isAble(LOSS_RECOVERIES[other])))}`
  const { probesTail, ownReduction }: LossRecoveryDescriptor = LOSS_RECOVERIES[recovery]
  if (tcp?.hystart !== undefined) needsCongestion('hystart', ({ hasHystart }) => hasHystart === true)
  if (tcp?.prr !== undefined) needsCongestion('prr', isWindowBased)
  if (tcp?.['tail-loss-probe'] !== undefined && probesTail === undefined)
    report(
      'tail-loss-probe',
      recoveries((other) => other.probesTail === true),
      `recovery: ${recovery}`,
    )
  if (tcp?.['send-buffer-limit'] !== undefined && !TCP_PROFILES[profile].growsSendBuffer) {
    const able = namesOf(TCP_PROFILES).filter((other) => TCP_PROFILES[other].growsSendBuffer)
    report('send-buffer-limit', `profile: ${orList(able)}`, `profile: ${profile}`)
  }
  if (tcp?.['send-buffer-limit'] !== undefined && tcp['send-buffer'] !== undefined)
    report('send-buffer-limit', 'buffers that grow', 'send-buffer')
  if (tcp?.prr !== undefined && ownReduction !== undefined)
    report(
      'prr',
      recoveries((other) => other.ownReduction === undefined),
      ownReduction,
    )
  if (tcp?.['slow-start-after-idle'] !== undefined) needsCongestion('slow-start-after-idle', isWindowBased)
  if (tcp?.autotuning === true && tcp['receive-buffer'] !== undefined)
    report('autotuning', 'buffers that grow', 'receive-buffer')
}

function isWindowBased({ standard }: CongestionControlDescriptor): boolean {
  return standard.control === undefined
}

function checkAddresses(sections: ReadonlyMap<string, HostSection>, findings: Findings): Set<string> {
  const owners = new Map<string, string>()
  for (const [name, host] of sections) {
    host.addresses?.forEach((address, index) => {
      const path = ['hosts', name, 'addresses', index]
      const owner = owners.get(address)
      const problem = addressProblem(address)
      if (problem !== null) findings.report(path, problem.code, problem.message)
      else if (owner !== undefined) findings.contradict(path, `the address ${address} already belongs to ${owner}`)
      else owners.set(address, name)
    })
  }
  return new Set(owners.keys())
}

function addressProblem(
  address: string,
): { code: 'wrong-type' | 'out-of-range' | 'not-modelled-yet'; message: string } | null {
  if (address.includes(':'))
    return { code: 'not-modelled-yet', message: `IPv6 addresses such as ${address} are not modelled yet` }
  const value = parseAddress(address)
  if (Number.isNaN(value))
    return { code: 'wrong-type', message: `${quoted(address)} is not an IPv4 address such as 10.0.0.1` }
  const firstByte = Math.floor(value / 0x1000000)
  if (firstByte === 127)
    return { code: 'out-of-range', message: `${address} is a loopback address; every host has 127.0.0.1 by default` }
  if (firstByte === 0 || firstByte >= 224)
    return { code: 'out-of-range', message: `${address} is not the address of a single host` }
  return null
}
