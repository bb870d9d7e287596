import { mapEntries, namesOf } from '../../engine/registry.ts'
import type { TcpBlueprint } from '../../simulation/blueprint.ts'
import type { TcpOverrides } from '../../transport/profiles/tcp-profiles.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import { lazily, optionalShape, section } from '../schema/scalars.ts'
import type { TcpKey } from '../tcp-keys/tcp-key.ts'
import { TCP_KEYS } from '../tcp-keys.ts'
import type { TreeInput } from '../tree/build-tree.ts'
import { hostKey } from './host-key.ts'

/** The settings of a host that writes none. */
export const DEFAULT_TCP: TcpBlueprint = {
  profile: 'linux',
  congestion: 'cubic',
  receiveBufferBytes: null,
  sendBufferBytes: null,
}

const KEYS: Readonly<Record<string, TcpKey>> = TCP_KEYS

export const tcp = hostKey({
  schema: () =>
    lazily(() =>
      section(optionalShape(TCP_KEYS), 'the defaults').meta({ description: 'The settings of TCP on this host.' }),
    ),
  set: (written) => ({ tcp: settingsOf(written) }),
  check(written, { at, controls, findings }) {
    const { profile, congestion, overrides } = settingsOf(written)
    const recovery = overrides?.recovery ?? TCP_PROFILES[profile].recovery
    const has = (key: string) => Object.entries(written).some(([name, value]) => name === key && value !== undefined)
    const settings = { profile, congestion, recovery, controls, has }
    for (const [name, key, value] of writtenKeys(written)) {
      for (const problem of key.check?.(value, settings) ?? []) {
        if ('code' in problem) findings.reportInvalid([...at, name], problem.code, problem.message, problem)
        else findings.contradict([...at, name], `${name} needs ${problem.needs}, and this host has ${problem.has}`)
      }
    }
  },
  print: ({ tcp }) => mapEntries<string, TcpKey, TreeInput | undefined>(KEYS, ({ print }) => print?.(tcp)),
})

function settingsOf(written: Readonly<Record<string, unknown>>): TcpBlueprint {
  let settings = DEFAULT_TCP
  let overrides: TcpOverrides = {}
  for (const [, key, value] of writtenKeys(written)) {
    settings = { ...settings, ...key.set?.(value) }
    overrides = { ...overrides, ...key.override?.(value) }
  }
  return Object.keys(overrides).length === 0 ? settings : { ...settings, overrides }
}

function writtenKeys(written: Readonly<Record<string, unknown>>) {
  return namesOf(KEYS).flatMap((name) =>
    written[name] === undefined ? [] : [[name, KEYS[name], written[name]] as const],
  )
}
