import { namesOf } from '../../engine/registry.ts'
import { parseAddress } from '../../network/address-book.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import type { HostBlueprint } from '../../simulation/blueprint.ts'
import { CONGESTION_CONTROLS, type CongestionControlsByName } from '../../transport/congestion/congestion-controls.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import { quoted } from '../../values/units.ts'
import type { HostKey } from '../host-keys/host-key.ts'
import { DEFAULT_CORES } from '../host-keys/processor.ts'
import { DEFAULT_TCP } from '../host-keys/tcp.ts'
import { HOST_KEYS } from '../host-keys.ts'
import type { HostSection } from '../schema/hosts.ts'
import type { Findings } from '../tree/findings.ts'
import { automaticAddresses } from './automatic-address.ts'

/** Resolves hosts. `own` has the congestion controls that they may name in addition to those of the registry. */
export function resolveHosts(
  sections: ReadonlyMap<string, HostSection>,
  findings: Findings,
  own: CongestionControlsByName = {},
): HostBlueprint[] {
  const controls = { ...own, ...CONGESTION_CONTROLS }
  const taken = checkAddresses(sections, findings)
  for (const [host, section] of sections)
    for (const [name, key, written] of writtenKeys(section))
      key.check?.(written, { name: host, at: ['hosts', host, name], hosts: sections, controls, findings })
  const unaddressed = [...sections].filter(([, host]) => host.addresses === undefined).map(([name]) => name)
  const automatic = automaticAddresses(unaddressed, taken)
  return [...sections].map(([name, section]) => {
    let host = defaultHost(name, section, automatic)
    for (const [, { set }, written] of writtenKeys(section)) host = { ...host, ...set?.(written, sections) }
    return host
  })
}

/** Returns a host with the defaults of all keys that its section does not write. */
function defaultHost(
  name: string,
  { addresses, cpu = DEFAULT_CPU, tcp }: HostSection,
  automatic: ReadonlyMap<string, string>,
): HostBlueprint {
  // Ideal hosts are not interrupted.
  const profiles = [CPU_PROFILES[cpu], TCP_PROFILES[tcp?.profile ?? DEFAULT_TCP.profile]]
  return {
    name,
    addresses: addresses ?? [automatic.get(name)!],
    cpu,
    noise: profiles.every(({ isInterrupted }) => isInterrupted) ? 'linux' : 'none',
    cores: DEFAULT_CORES,
    tcp: DEFAULT_TCP,
    loopback: LINK_PROFILES.localhost.options,
  }
}

const DEFAULT_CPU = 'go'

function writtenKeys(section: HostSection) {
  return namesOf(HOST_KEYS).flatMap((name) => {
    const [key, written]: [HostKey, unknown] = [HOST_KEYS[name], section[name]]
    return written === undefined ? [] : [[name, key, written] as const]
  })
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
