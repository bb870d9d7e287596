import { describe, expect, it } from 'vitest'
import { problemsOf, SOUND, withChange, withEnd } from './sound.ts'

describe('loadScenario, keys and names,', () => {
  it('loadScenario suggests the key that a misspelt one means', () => {
    expect(withChange('name: sound', 'nmae: sound')).toMatchInlineSnapshot(`
      "test.yaml:2:1: error[unknown-key]: the scenario has no key "nmae"
      2 | nmae: sound
          ^^^^
      hint: did you mean name?"
    `)
  })

  it('loadScenario refuses a misspelt key at a deep level', () => {
    expect(withChange('delay: 10ms', 'dealy: 10ms')).toMatchInlineSnapshot(`
      "test.yaml:9:35: error[unknown-key]: links.wan has no key "dealy"
      9 |   wan: { between: [master, node], dealy: 10ms, rate: 100Mbps }
                                            ^^^^^
      hint: did you mean delay?"
    `)
  })

  it('loadScenario lists the known keys for a key that resembles none', () => {
    expect(withChange('delay: 10ms', 'colour: red')).toMatchInlineSnapshot(`
      "test.yaml:9:35: error[unknown-key]: links.wan has no key "colour"
      9 |   wan: { between: [master, node], colour: red, rate: 100Mbps }
                                            ^^^^^^
      hint: known: between, profile, <all keys of links>, forward, backward"
    `)
  })

  it('loadScenario reports all missing sections', () => {
    expect(problemsOf('name: x\n')).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[missing-key]: the key version is missing in the scenario
      1 | name: x
          ^
      test.yaml:1:1: error[missing-key]: the key hosts is missing in the scenario
      1 | name: x
          ^
      test.yaml:1:1: error[missing-key]: the key paths is missing in the scenario
      1 | name: x
          ^
      test.yaml:1:1: error[missing-key]: the key workloads is missing in the scenario
      1 | name: x
          ^"
    `)
  })

  it('loadScenario refuses a name with a dot', () => {
    expect(withChange('  other:', '  other.one:')).toMatchInlineSnapshot(`
      "test.yaml:7:3: error[bad-name]: "other.one" is not a valid name
      7 |   other.one: { addresses: [192.0.2.9] }
            ^^^^^^^^^
      hint: use 1 to 100 ASCII letters, digits, - and _"
    `)
  })

  it('loadScenario refuses a name in another script', () => {
    expect(withChange('  other:', '  узел:')).toMatchInlineSnapshot(`
      "test.yaml:7:3: error[bad-name]: "узел" is not a valid name
      7 |   узел: { addresses: [192.0.2.9] }
            ^^^^
      hint: use 1 to 100 ASCII letters, digits, - and _"
    `)
  })

  it('loadScenario refuses a reference to an unknown host', () => {
    expect(withChange('to: node, port: 8080', 'to: nod, port: 8080')).toMatchInlineSnapshot(`
      "test.yaml:12:30: error[unknown-name]: no host is named nod
      12 |   plain: { from: master, to: nod, port: 8080 }
                                        ^^^
      hint: did you mean node?"
    `)
  })

  it('loadScenario refuses a reference to an unknown path', () => {
    expect(withChange('path: plain', 'path: plane')).toMatchInlineSnapshot(`
      "test.yaml:14:18: error[unknown-name]: no path is named plane
      14 |   fresh: { path: plane, requests: 100 }
                            ^^^^^
      hint: declared: logs, plain"
    `)
  })

  it('loadScenario refuses names of JavaScript object properties', () => {
    expect(withChange('path: plain', 'path: toString')).toMatchInlineSnapshot(`
      "test.yaml:14:18: error[unknown-name]: no path is named toString
      14 |   fresh: { path: toString, requests: 100 }
                            ^^^^^^^^
      hint: declared: logs, plain"
    `)
  })

  it('loadScenario reports several problems of one file separately', () => {
    expect(
      problemsOf(
        SOUND.replace('10ms', '10')
          .replace('path: plain', 'path: plane')
          .replace('version: 1', 'version: 2')
          .replace('duration', 'durations'),
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:1:10: error[unknown-value]: the only version of the format is 1
      1 | version: 2
                   ^
      test.yaml:3:1: error[unknown-key]: the scenario has no key "durations"
      3 | durations: 60s
          ^^^^^^^^^
      hint: did you mean duration?
      test.yaml:9:42: error[wrong-unit]: a duration needs a unit, and 10 has none
      9 |   wan: { between: [master, node], delay: 10, rate: 100Mbps }
                                                   ^^
      hint: write it like 10ms; the units are ns, us, ms, s, m, h, d
      test.yaml:14:18: error[unknown-name]: no path is named plane
      14 |   fresh: { path: plane, requests: 100 }
                            ^^^^^
      hint: declared: logs, plain"
    `)
  })

  it('loadScenario lists known keys without planned ones', () => {
    expect(withChange('  master: {}', '  master: { colour: red }')).toMatchInlineSnapshot(`
      "test.yaml:5:13: error[unknown-key]: hosts.master has no key "colour"
      5 |   master: { colour: red }
                      ^^^^^^
      hint: known: addresses, cpu, noise, cores, cores-of, tcp, certificate, zone, kubernetes"
    `)
  })

  it('loadScenario suggests a planned key as not modelled yet', () => {
    expect(withChange('  master: {}', '  master: { tcp: { congestion: bbrr } }')).toMatchInlineSnapshot(`
      "test.yaml:5:32: error[unknown-value]: expected <all congestion controls>, found "bbrr"
      5 |   master: { tcp: { congestion: bbrr } }
                                         ^^^^
      hint: did you mean bbr?"
    `)
    expect(withEnd('atackers: {}\nexpect:\n  - verdicts(x) includes read\n')).toMatchInlineSnapshot(`
      "test.yaml:15:1: error[unknown-key]: the scenario has no key "atackers"
      15 | atackers: {}
           ^^^^^^^^
      hint: did you mean attackers?
      test.yaml:17:5: error[bad-expectation]: there is no expectation verdicts
      17 |   - verdicts(x) includes read
               ^^^^^^^^
      hint: did you mean verdict?"
    `)
  })

  it('loadScenario refuses a section without a value', () => {
    expect(withEnd('identities:\n')).toMatchInlineSnapshot(`
      "test.yaml:15:12: error[wrong-type]: expected a map from names, or {} for none
      15 | identities:
                      ^"
    `)
    expect(withChange('port: 8080', 'tls:')).toMatchInlineSnapshot(`
      "test.yaml:12:41: error[wrong-type]: expected a map (version, verify, ca …), or {} for the defaults
      12 |   plain: { from: master, to: node, tls: }
                                                   ^"
    `)
  })
})
