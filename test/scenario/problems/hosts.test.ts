import { describe, expect, it } from 'vitest'
import { withChange } from './sound.ts'

describe('hosts', () => {
  it('null for a map', () => {
    expect(withChange('  master: {}', '  master:')).toMatchInlineSnapshot(`
      "test.yaml:5:10: error[wrong-type]: expected a map (addresses, cpu, cores …), or {} for the defaults
      5 |   master:
                   ^"
    `)
  })

  it('an unknown congestion control', () => {
    expect(withChange('  master: {}', '  master: { tcp: { congestion: cubik } }')).toMatchInlineSnapshot(`
      "test.yaml:5:32: error[unknown-value]: expected cubic, reno, newreno or bbr, found "cubik"
      5 |   master: { tcp: { congestion: cubik } }
                                         ^^^^^
      hint: did you mean cubic?"
    `)
  })

  it('an address that is none', () => {
    expect(withChange('192.0.2.9', '192.0.2.900')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[wrong-type]: "192.0.2.900" is not an IPv4 address such as 10.0.0.1
      7 |   other: { addresses: [192.0.2.900] }
                                 ^^^^^^^^^^^"
    `)
  })

  it('an address twice', () => {
    expect(withChange('  node: {}', '  node: { addresses: [192.0.2.9] }')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[contradiction]: the address 192.0.2.9 belongs to node already
      7 |   other: { addresses: [192.0.2.9] }
                                 ^^^^^^^^^"
    `)
  })

  it('a loopback address', () => {
    expect(withChange('192.0.2.9', '127.0.0.1')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[out-of-range]: every host has 127.0.0.1 without saying so; 127.0.0.1 cannot be given
      7 |   other: { addresses: [127.0.0.1] }
                                 ^^^^^^^^^"
    `)
  })

  it('an address of IPv6', () => {
    expect(withChange('192.0.2.9', '"2001:db8::1"')).toMatchInlineSnapshot(`
      "test.yaml:7:24: error[not-modelled-yet]: IPv6 addresses such as 2001:db8::1 are not modelled yet
      7 |   other: { addresses: ["2001:db8::1"] }
                                 ^^^^^^^^^^^^^"
    `)
  })
})
