import { splitList } from '../../cluster/flags/list-kind.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { booleanOf } from '../../values/boolean-of.ts'
import { lastFlag, type WrittenFlag } from '../programs/flag-syntax.ts'
import type { ProgramRun } from '../programs/program-run.ts'

/** One of several apiservers in a control plane, and its flags. */
export interface OneApiserver {
  readonly run: ProgramRun
  readonly flags: readonly WrittenFlag[]
}

interface Weakness {
  /** The flags that decide together. */
  readonly flags: readonly string[]
  /** Returns the weakness of a setting as a rank; 0 is the strictest. */
  of(flags: readonly WrittenFlag[], version: KubernetesVersion): number
}

const lastValue = (flags: readonly WrittenFlag[], name: string) => lastFlag(flags, name)?.value ?? null
const itemsOf = (flags: readonly WrittenFlag[], name: string) =>
  flags.filter((one) => one.name === name).flatMap(({ value }) => splitList(value ?? ''))

/** The flags with values that allow attackers more than other values. */
const WEAKNESSES: readonly Weakness[] = [
  {
    flags: ['kubelet-certificate-authority'],
    of: (flags) => (lastValue(flags, 'kubelet-certificate-authority') ? 0 : 1),
  },
  {
    flags: ['anonymous-auth', 'authentication-config'],
    of: (flags) => {
      const flag = lastFlag(flags, 'anonymous-auth')
      if (flag === undefined) return lastFlag(flags, 'authentication-config') === undefined ? 2 : 1
      return booleanOf(flag.value ?? 'true') === false ? 0 : 2
    },
  },
  {
    flags: ['authorization-mode', 'authorization-config'],
    of: (flags) => {
      const modes = itemsOf(flags, 'authorization-mode')
      if (modes.includes('AlwaysAllow')) return 3
      if (modes.length === 0) return lastFlag(flags, 'authorization-config') === undefined ? 3 : 0
      if (modes.includes('ABAC')) return 2
      return modes.includes('Node') ? 0 : 1
    },
  },
  {
    flags: ['enable-admission-plugins', 'disable-admission-plugins', 'admission-control'],
    of: (flags) => {
      const on = [...itemsOf(flags, 'enable-admission-plugins'), ...itemsOf(flags, 'admission-control')]
      const off = itemsOf(flags, 'disable-admission-plugins')
      const wanted = ['NodeRestriction', 'DenyServiceExternalIPs']
      return wanted.filter((one) => !on.includes(one) || off.includes(one)).length
    },
  },
  {
    flags: ['insecure-port', 'insecure-bind-address'],
    of: (flags, { minor }) => {
      const isOpen = minor < 20 ? lastValue(flags, 'insecure-port') !== '0' : false
      const address = lastValue(flags, 'insecure-bind-address')
      return !isOpen ? 0 : address === null || address.startsWith('127.') ? 1 : 2
    },
  },
]

/**
 * Combines the flags of several apiservers. Each flag gets the weakest value of all, because requests go to all
 * apiservers. If none is weaker, the first apiserver's value is used.
 */
export function weakestOf(
  all: readonly [OneApiserver, ...OneApiserver[]],
  version: KubernetesVersion,
): { readonly flags: readonly WrittenFlag[]; ofName(name: string): OneApiserver } {
  const [first] = all
  const chosen = new Map<string, OneApiserver>()
  for (const weakness of WEAKNESSES) {
    const ranks = all.map(({ flags }) => weakness.of(flags, version))
    const weakest = all[ranks.indexOf(Math.max(...ranks))]
    for (const name of weakness.flags) chosen.set(name, weakest)
  }
  const ofName = (name: string) => chosen.get(name) ?? first
  const flags = all.flatMap((one) => one.flags.filter(({ name }) => ofName(name) === one))
  return { flags, ofName }
}
