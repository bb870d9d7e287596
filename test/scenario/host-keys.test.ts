import { describe, expect, test } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import { DEFAULT_TCP } from '../../src/scenario/host-keys/tcp.ts'
import type { TcpKey } from '../../src/scenario/tcp-keys/tcp-key.ts'
import { TCP_KEYS } from '../../src/scenario/tcp-keys.ts'
import { TCP_PROFILES } from '../../src/transport/profiles/tcp-profiles.ts'

/** Written values of every type, of which each key takes at least one. */
const WRITTEN = [false, 3, '5ms', '64KiB', '1000-2000', 'reno', 'rack', 'rfc', 'always', 'offer']

describe.each(namesOf(TCP_KEYS))('the key %s of TCP', (name) => {
  const key: TcpKey = TCP_KEYS[name]
  const taken = WRITTEN.flatMap((written) => {
    const { success, data } = key.schema().safeParse(written)
    return success ? [data] : []
  })

  test('a TCP key of a host has a meaning with its default', () => {
    expect(key.schema().meta()?.description).toContain('Default: ')
  })

  test('a TCP key of a host sets a property of hosts to the written value', () => {
    expect(taken).not.toEqual([])
    for (const value of taken) {
      const [overrides, set] = [key.override?.(value) ?? {}, key.set?.(value) ?? {}]
      expect(Object.keys({ ...overrides, ...set })).toHaveLength(1)
      for (const field of Object.keys(overrides)) expect(Object.keys(TCP_PROFILES.linux)).toContain(field)
      for (const field of Object.keys(set)) expect(Object.keys(DEFAULT_TCP)).toContain(field)
    }
  })

  test('a TCP key of a host is printed as it is written, if it is printed', () => {
    for (const value of taken) {
      const printed = key.print?.({ ...DEFAULT_TCP, ...key.set?.(value) })
      if (printed !== undefined) expect(key.schema().parse(printed)).toEqual(value)
    }
  })
})
