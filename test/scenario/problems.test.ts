import { describe, expect, it } from 'vitest'
import { formatProblem } from '../../src/scenario/format-problem.ts'
import { loadScenario, type ScenarioOptions } from '../../src/scenario/load.ts'

/** A sound scenario; each test replaces one piece of it, or adds to its end. */
const SOUND = `version: 1
name: sound
duration: 60s
hosts:
  master: {}
  node: {}
  other: { addresses: [192.0.2.9] }
links:
  wan: { between: [master, node], delay: 10ms, rate: 100Mbps }
paths:
  logs: { kind: apiserver-kubelet, from: master, to: node }
  plain: { from: master, to: node, port: 8080 }
workloads:
  fresh: { path: plain, requests: 100 }
`

function problemsOf(text: string, options: ScenarioOptions = {}): string {
  const loaded = loadScenario({ text, file: 'test.yaml' }, options)
  return loaded.ok ? 'sound' : loaded.problems.map(formatProblem).join('\n')
}

function withChange(from: string, to: string): string {
  expect(SOUND).toContain(from)
  return problemsOf(SOUND.replace(from, to))
}

const withEnd = (text: string) => problemsOf(SOUND + text)
const withSet = (...set: string[]) => problemsOf(SOUND, { set })

it('finds nothing wrong with a sound scenario', () => {
  expect(problemsOf(SOUND)).toBe('sound')
})

describe('text that is no YAML', () => {
  it('empty file', () => {
    expect(problemsOf('')).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[wrong-type]: the scenario is empty
      1 | 
          ^
      hint: a scenario begins with \`version: 1\`"
    `)
  })

  it('a comment alone', () => {
    expect(problemsOf('# nothing\n')).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[wrong-type]: the scenario is empty
      1 | # nothing
          ^
      hint: a scenario begins with \`version: 1\`"
    `)
  })

  it('a list at the top', () => {
    expect(problemsOf('- a\n- b\n')).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[wrong-type]: expected a map (version, name, extends …)
      1 | - a
          ^^^"
    `)
  })

  it('a tab as indentation', () => {
    expect(problemsOf('version: 1\nhosts:\n\ta: {}\n')).toMatchInlineSnapshot(`
      "test.yaml:3:1: error[yaml-syntax]: tabs are not allowed as indentation
      3 |  a: {}
          ^
      hint: indent with spaces"
    `)
  })

  it('an unclosed brace', () => {
    expect(problemsOf('version: 1\nhosts: { a: {}\n')).toMatchInlineSnapshot(`
      "test.yaml:3:1: error[yaml-syntax]: flow map in block collection must be sufficiently indented and end with a }
      3 | 
          ^"
    `)
  })

  it('an unclosed quote', () => {
    expect(problemsOf('version: "1\n')).toMatchInlineSnapshot(`
      "test.yaml:2:1: error[yaml-syntax]: missing closing "quote
      2 | 
          ^"
    `)
  })

  it('a NUL byte', () => {
    expect(problemsOf('version: 1\nname: a\0b\n')).toMatchInlineSnapshot(`
      "test.yaml:2:8: error[yaml-syntax]: the character U+0000 is not allowed in YAML
      2 | name: a�b
                 ^"
    `)
  })

  it('half of a surrogate pair', () => {
    expect(problemsOf('name: a\ud800b\n')).toMatchInlineSnapshot(`
      "test.yaml:1:8: error[yaml-syntax]: the character U+D800 is not allowed in YAML
      1 | name: a�b
                 ^"
    `)
  })

  it('a custom tag', () => {
    expect(withChange('name: sound', 'name: !!js/regexp sound')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[yaml-feature]: unresolved tag: tag:yaml.org,2002:js/regexp
      2 | name: !!js/regexp sound
                ^^^^^^^^^^^"
    `)
  })

  it('two documents', () => {
    expect(withEnd('---\nversion: 1\n')).toMatchInlineSnapshot(`
      "test.yaml:15:1: error[yaml-feature]: a second document begins here; a scenario is one document
      15 | ---
           ^"
    `)
  })

  it('another version of YAML', () => {
    expect(problemsOf(`%YAML 1.1\n---\n${SOUND}`)).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[yaml-feature]: scenarios are YAML 1.2; leave the %YAML directive out
      1 | %YAML 1.1
          ^"
    `)
  })

  it('a key twice', () => {
    expect(withChange('name: sound', 'name: sound\nname: again')).toMatchInlineSnapshot(`
      "test.yaml:3:1: error[duplicate-key]: the key name occurs twice in this map
      3 | name: again
          ^^^^
      hint: keep one of the two"
    `)
  })

  it('a key that is a list', () => {
    expect(withChange('  master: {}', '  master: {}\n  ? [a]\n  : {}')).toMatchInlineSnapshot(`
      "test.yaml:6:5: error[yaml-feature]: a key must be a text
      6 |   ? [a]
              ^^^"
    `)
  })

  it('an alias to nothing', () => {
    expect(withChange('name: sound', 'name: *nobody')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[yaml-syntax]: the alias *nobody names no value that ends before it
      2 | name: *nobody
                ^^^^^^^"
    `)
  })

  it('keys that JavaScript objects would take to heart', () => {
    expect(withChange('  master: {}', '  master: {}\n  __proto__: {}\n  constructor: {}')).toMatchInlineSnapshot(`
      "test.yaml:6:3: error[bad-name]: __proto__ cannot be a key
      6 |   __proto__: {}
            ^^^^^^^^^
      test.yaml:7:3: error[bad-name]: constructor cannot be a key
      7 |   constructor: {}
            ^^^^^^^^^^^"
    `)
  })

  it('nesting without end', () => {
    expect(problemsOf(`version: 1\nhosts: ${'['.repeat(1000)}`)).toMatchInlineSnapshot(`
      "test.yaml:2:71: error[too-large]: nested more than 64 levels deep
      2 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
                                                                    ^"
    `)
  })

  it('aliases that multiply', () => {
    expect(
      problemsOf(`a: &a [${'x,'.repeat(99)}]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]\n`),
    ).toMatchInlineSnapshot(`
      "test.yaml:1:186: error[too-large]: more than 100000 values, aliases expanded
      1 | ,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,]
                                                                                                         ^"
    `)
  })
})

describe('keys and names', () => {
  it('a misspelt key, and what was meant', () => {
    expect(withChange('name: sound', 'nmae: sound')).toMatchInlineSnapshot(`
      "test.yaml:2:1: error[unknown-key]: the scenario has no key "nmae"
      2 | nmae: sound
          ^^^^
      hint: did you mean name?"
    `)
  })

  it('a misspelt key deep inside', () => {
    expect(withChange('delay: 10ms', 'dealy: 10ms')).toMatchInlineSnapshot(`
      "test.yaml:9:35: error[unknown-key]: links.wan has no key "dealy"
      9 |   wan: { between: [master, node], dealy: 10ms, rate: 100Mbps }
                                            ^^^^^
      hint: did you mean delay?"
    `)
  })

  it('a key that is like no other', () => {
    expect(withChange('delay: 10ms', 'colour: red')).toMatchInlineSnapshot(`
      "test.yaml:9:35: error[unknown-key]: links.wan has no key "colour"
      9 |   wan: { between: [master, node], colour: red, rate: 100Mbps }
                                            ^^^^^^
      hint: known: between, profile, delay, rate, jitter, loss, queue, mtu, forward, backward"
    `)
  })

  it('all that is missing', () => {
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

  it('a name with a dot', () => {
    expect(withChange('  other:', '  other.one:')).toMatchInlineSnapshot(`
      "test.yaml:7:3: error[bad-name]: "other.one" is not a name
      7 |   other.one: { addresses: [192.0.2.9] }
            ^^^^^^^^^
      hint: names are 1 to 100 ASCII letters, digits, - and _"
    `)
  })

  it('a name in another script', () => {
    expect(withChange('  other:', '  узел:')).toMatchInlineSnapshot(`
      "test.yaml:7:3: error[bad-name]: "узел" is not a name
      7 |   узел: { addresses: [192.0.2.9] }
            ^^^^
      hint: names are 1 to 100 ASCII letters, digits, - and _"
    `)
  })

  it('a dangling host', () => {
    expect(withChange('to: node, port: 8080', 'to: nod, port: 8080')).toMatchInlineSnapshot(`
      "test.yaml:12:30: error[unknown-name]: no host is named nod
      12 |   plain: { from: master, to: nod, port: 8080 }
                                        ^^^
      hint: did you mean node?"
    `)
  })

  it('a dangling path', () => {
    expect(withChange('path: plain', 'path: plane')).toMatchInlineSnapshot(`
      "test.yaml:14:18: error[unknown-name]: no path is named plane
      14 |   fresh: { path: plane, requests: 100 }
                            ^^^^^
      hint: declared: logs, plain"
    `)
  })

  it('names of things every object has', () => {
    expect(withChange('path: plain', 'path: toString')).toMatchInlineSnapshot(`
      "test.yaml:14:18: error[unknown-name]: no path is named toString
      14 |   fresh: { path: toString, requests: 100 }
                            ^^^^^^^^
      hint: declared: logs, plain"
    `)
  })

  it('several mistakes in one file, each on its own', () => {
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
      test.yaml:9:42: error[wrong-unit]: a duration carries a unit, and 10 has none
      9 |   wan: { between: [master, node], delay: 10, rate: 100Mbps }
                                                   ^^
      hint: write a unit, as in 10ms; units are ns, us, ms, s, m, h, d
      test.yaml:14:18: error[unknown-name]: no path is named plane
      14 |   fresh: { path: plane, requests: 100 }
                            ^^^^^
      hint: declared: logs, plain"
    `)
  })
})

describe('values', () => {
  it('a duration without a unit', () => {
    expect(withChange('delay: 10ms', 'delay: 10')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: a duration carries a unit, and 10 has none
      9 |   wan: { between: [master, node], delay: 10, rate: 100Mbps }
                                                   ^^
      hint: write a unit, as in 10ms; units are ns, us, ms, s, m, h, d"
    `)
  })

  it('a duration in words', () => {
    expect(withChange('delay: 10ms', 'delay: 10 millis')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: "millis" is not a unit of a duration
      9 |   wan: { between: [master, node], delay: 10 millis, rate: 100Mbps }
                                                   ^^^^^^^^^
      hint: did you mean 10ms?"
    `)
  })

  it('a rate in the wrong case', () => {
    expect(withChange('rate: 100Mbps', 'rate: 100mbps')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[wrong-unit]: "mbps" is not a unit of a rate
      9 |   wan: { between: [master, node], delay: 10ms, rate: 100mbps }
                                                               ^^^^^^^
      hint: did you mean 100Mbps?"
    `)
  })

  it('a rate as people say it', () => {
    expect(withChange('rate: 100Mbps', 'rate: 100Mbit/s')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[wrong-unit]: "Mbit/s" is not a unit of a rate
      9 |   wan: { between: [master, node], delay: 10ms, rate: 100Mbit/s }
                                                               ^^^^^^^^^
      hint: did you mean 100Mbps?"
    `)
  })

  it('half a nanosecond', () => {
    expect(withChange('delay: 10ms', 'delay: 0.0000005ms')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: 0.0000005ms is not a whole number of nanoseconds
      9 |   wan: { between: [master, node], delay: 0.0000005ms, rate: 100Mbps }
                                                   ^^^^^^^^^^^"
    `)
  })

  it('more nanoseconds than are exact', () => {
    expect(withChange('duration: 60s', 'duration: 200d')).toMatchInlineSnapshot(`
      "test.yaml:3:11: error[out-of-range]: 200d is more than 2^53 - 1 nanoseconds
      3 | duration: 200d
                    ^^^^"
    `)
  })

  it('a negative delay', () => {
    expect(withChange('delay: 10ms', 'delay: -10ms')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[out-of-range]: a duration cannot be negative
      9 |   wan: { between: [master, node], delay: -10ms, rate: 100Mbps }
                                                   ^^^^^"
    `)
  })

  it('a delay beyond its bound', () => {
    expect(withChange('delay: 10ms', 'delay: 2h')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[out-of-range]: 2h is out of bounds: at most 1h, since TCP gives up long before
      9 |   wan: { between: [master, node], delay: 2h, rate: 100Mbps }
                                                   ^^"
    `)
  })

  it('not a number', () => {
    expect(withChange('delay: 10ms', 'delay: .nan')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: expected a duration, found "NaN"
      9 |   wan: { between: [master, node], delay: .nan, rate: 100Mbps }
                                                   ^^^^
      hint: write it like 10ms"
    `)
  })

  it('a list for a duration', () => {
    expect(withChange('delay: 10ms', 'delay: [10ms]')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-type]: expected a duration
      9 |   wan: { between: [master, node], delay: [10ms], rate: 100Mbps }
                                                   ^^^^^^"
    `)
  })

  it('null for a map', () => {
    expect(withChange('  master: {}', '  master:')).toMatchInlineSnapshot(`
      "test.yaml:5:10: error[wrong-type]: expected a map (addresses, cpu, cores …)
      5 |   master:
                   ^"
    `)
  })

  it('a bare ratio', () => {
    expect(withChange('rate: 100Mbps', 'loss: 0.001')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[wrong-unit]: expected a ratio in percent, found "0.001"
      9 |   wan: { between: [master, node], delay: 10ms, loss: 0.001 }
                                                               ^^^^^
      hint: did you mean 0.1%?"
    `)
  })

  it('more than everything lost', () => {
    expect(withChange('rate: 100Mbps', 'loss: 101%')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[out-of-range]: a ratio is at most 100%, found 101%
      9 |   wan: { between: [master, node], delay: 10ms, loss: 101% }
                                                               ^^^^"
    `)
  })

  it('a queue without a unit', () => {
    expect(withChange('rate: 100Mbps', 'queue: 200')).toMatchInlineSnapshot(`
      "test.yaml:9:55: error[wrong-unit]: a queue carries a unit, and 200 has none
      9 |   wan: { between: [master, node], delay: 10ms, queue: 200 }
                                                                ^^^
      hint: did you mean 200 packets?"
    `)
  })

  it('a queue smaller than a packet', () => {
    expect(withChange('rate: 100Mbps', 'queue: 1KB')).toMatchInlineSnapshot(`
      "test.yaml:9:55: error[contradiction]: a queue of 1000B never holds a packet of 1500B, the mtu
      9 |   wan: { between: [master, node], delay: 10ms, queue: 1KB }
                                                                ^^^"
    `)
  })

  it('a queue of nothing', () => {
    expect(withChange('rate: 100Mbps', 'queue: 0 packets')).toMatchInlineSnapshot(`
      "test.yaml:9:55: error[out-of-range]: a queue holds at least one packet
      9 |   wan: { between: [master, node], delay: 10ms, queue: 0 packets }
                                                                ^^^^^^^^^
      hint: leave \`queue\` out for one that never drops"
    `)
  })

  it('an mtu that TCP cannot use', () => {
    expect(withChange('rate: 100Mbps', 'mtu: 68')).toMatchInlineSnapshot(`
      "test.yaml:9:53: error[out-of-range]: 68 is out of bounds: from 576 to 65535, since every IPv4 host takes packets of 576 bytes, and 65535 is the largest there is
      9 |   wan: { between: [master, node], delay: 10ms, mtu: 68 }
                                                              ^^"
    `)
  })

  it('a seed that is not exact', () => {
    expect(withChange('name: sound', 'seed: 9007199254740993')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[out-of-range]: 9007199254740992 is out of bounds: from -9007199254740991 to 9007199254740991, since it must be exact
      2 | seed: 9007199254740993
                ^^^^^^^^^^^^^^^^"
    `)
  })

  it('a seed that is no integer', () => {
    expect(withChange('name: sound', 'seed: 1.5')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[wrong-type]: expected a whole number
      2 | seed: 1.5
                ^^^"
    `)
  })

  it('jitter that is both', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { uniform: 1ms, normal: 1ms }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[contradiction]: jitter is either uniform or normal
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { uniform: 1ms, normal: 1ms } }
                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: write it like { uniform: 1ms }"
    `)
  })

  it('jitter that is neither', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { reorder: true }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[contradiction]: jitter is either uniform or normal
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { reorder: true } }
                                                                 ^^^^^^^^^^^^^^^^^
      hint: write it like { uniform: 1ms }"
    `)
  })

  it('jitter of a bare duration', () => {
    expect(withChange('rate: 100Mbps', 'jitter: 1ms')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[unknown-value]: expected none, found "1ms"
      9 |   wan: { between: [master, node], delay: 10ms, jitter: 1ms }
                                                                 ^^^
      hint: or write a map (uniform, normal, log-normal …)"
    `)
  })

  it('jitter that is more than the delay', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { uniform: 20ms }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[contradiction]: jitter of 20ms either way is more than the delay of 10ms
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { uniform: 20ms } }
                                                                 ^^^^^^^^^^^^^^^^^"
    `)
  })

  it('a mistake inside a choice of shapes', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { uniform: 1 }')).toMatchInlineSnapshot(`
      "test.yaml:9:67: error[wrong-unit]: a duration carries a unit, and 1 has none
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { uniform: 1 } }
                                                                            ^
      hint: write a unit, as in 10ms; units are ns, us, ms, s, m, h, d"
    `)
  })

  it('an unknown congestion control', () => {
    expect(withChange('  master: {}', '  master: { tcp: { congestion: cubik } }')).toMatchInlineSnapshot(`
      "test.yaml:5:32: error[unknown-value]: expected cubic or reno, found "cubik"
      5 |   master: { tcp: { congestion: cubik } }
                                         ^^^^^
      hint: did you mean cubic?"
    `)
  })

  it('an unknown profile', () => {
    expect(withChange('rate: 100Mbps', 'profile: public')).toMatchInlineSnapshot(`
      "test.yaml:9:57: error[unknown-value]: expected localhost, public-network or gce-private, found "public"
      9 |   wan: { between: [master, node], delay: 10ms, profile: public }
                                                                  ^^^^^^
      hint: did you mean public-network?"
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

  it('too many requests', () => {
    expect(withChange('requests: 100', 'requests: 10000000')).toMatchInlineSnapshot(`
      "test.yaml:14:35: error[out-of-range]: 10000000 is out of bounds: from 1 to 1000000, since percentiles are exact up to there
      14 |   fresh: { path: plain, requests: 10000000 }
                                             ^^^^^^^^"
    `)
  })

  it('text where a count belongs', () => {
    expect(withChange('requests: 100', 'requests: many')).toMatchInlineSnapshot(`
      "test.yaml:14:35: error[wrong-type]: expected a whole number
      14 |   fresh: { path: plain, requests: many }
                                             ^^^^"
    `)
  })
})

describe('contradictions', () => {
  it('a link to itself', () => {
    expect(withChange('[master, node]', '[node, node]')).toMatchInlineSnapshot(`
      "test.yaml:9:19: error[contradiction]: both ends are node
      9 |   wan: { between: [node, node], delay: 10ms, rate: 100Mbps }
                            ^^^^^^^^^^^^
      hint: a host reaches itself over its loopback, which needs no link"
    `)
  })

  it('no way between two hosts', () => {
    expect(withChange('to: node, port: 8080', 'to: other, port: 8080')).toMatchInlineSnapshot(`
      "test.yaml:12:3: error[no-route]: no links lead from master to other and back
      12 |   plain: { from: master, to: other, port: 8080 }
             ^^^^^
      hint: join them with a link, or correct the routes"
    `)
  })

  it('TLS on plain HTTP', () => {
    expect(withChange('port: 8080', 'scheme: http, tls: { version: 1.3 }')).toMatchInlineSnapshot(`
      "test.yaml:12:50: error[contradiction]: a path of scheme http has no TLS
      12 |   plain: { from: master, to: node, scheme: http, tls: { version: 1.3 } }
                                                            ^^^
      hint: write scheme: https, or leave tls out"
    `)
  })

  it('a kubelet without TLS', () => {
    expect(withChange('kind: apiserver-kubelet,', 'kind: apiserver-kubelet, scheme: http,')).toMatchInlineSnapshot(`
      "test.yaml:11:44: error[contradiction]: a path of kind apiserver-kubelet is always https
      11 |   logs: { kind: apiserver-kubelet, scheme: http, from: master, to: node }
                                                      ^^^^
      hint: use kind: custom for anything else"
    `)
  })

  it('http and https on one port', () => {
    expect(withChange('port: 8080', 'port: 10250')).toMatchInlineSnapshot(`
      "test.yaml:12:3: error[contradiction]: node:10250 serves https for the path logs, and cannot serve http for this one
      12 |   plain: { from: master, to: node, port: 10250 }
             ^^^^^
      hint: give one of them a port of its own"
    `)
  })

  it('two certificates on one port', () => {
    expect(
      problemsOf(
        SOUND.replace(
          'paths:',
          'identities:\n  one: { kind: certificate }\n  two: { kind: certificate }\npaths:\n  a: { from: master, to: node, tls: { identity: one } }\n  b: { from: master, to: node, tls: { identity: two } }',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:15:49: error[contradiction]: node:443 presents one to the path a, and cannot present two to this one
      15 |   b: { from: master, to: node, tls: { identity: two } }
                                                           ^^^
      hint: give one of the paths a port of its own"
    `)
  })

  it('a certificate that is a CA', () => {
    expect(
      problemsOf(
        SOUND.replace(
          'paths:',
          'identities: { root: { kind: ca } }\npaths:\n  a: { from: master, to: node, tls: { identity: root } }',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:12:49: error[contradiction]: root is of kind ca, not certificate
      12 |   a: { from: master, to: node, tls: { identity: root } }
                                                           ^^^^"
    `)
  })

  it('a CA with names', () => {
    expect(withEnd('identities:\n  root: { kind: ca, sans: [a] }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:21: error[contradiction]: an identity of kind ca has no sans
      16 |   root: { kind: ca, sans: [a] }
                               ^^^^
      hint: it has cn, key"
    `)
  })

  it('a certificate that ends before it begins', () => {
    expect(withEnd('identities:\n  c: { kind: certificate, notAfter: -1d }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:37: error[contradiction]: the certificate ends before it begins
      16 |   c: { kind: certificate, notAfter: -1d }
                                               ^^^"
    `)
  })

  it('an issuer that is not there', () => {
    expect(withEnd('identities:\n  c: { kind: certificate, issuer: root }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:35: error[unknown-name]: no CA is named root
      16 |   c: { kind: certificate, issuer: root }
                                             ^^^^
      hint: declared: default-ca"
    `)
  })

  it('a token without an account', () => {
    expect(withEnd('identities:\n  t: { kind: service-account-token }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:3: error[missing-key]: the key account is missing in identities.t
      16 |   t: { kind: service-account-token }
             ^
      hint: write it like account: default/app"
    `)
  })

  it('one tunnel set up in two ways', () => {
    expect(
      problemsOf(
        SOUND.replace('to: node }', 'to: node, tunnel: ssh }').replace(
          'port: 8080',
          'port: 8080, tunnel: { kind: ssh, warm: false }',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:12:56: error[contradiction]: the path logs shares the tunnel from master to node and sets it up otherwise
      12 |   plain: { from: master, to: node, port: 8080, tunnel: { kind: ssh, warm: false } }
                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `)
  })

  it('a server on the port of the tunnel', () => {
    expect(withChange('port: 8080', 'port: 22, tunnel: ssh')).toMatchInlineSnapshot(`
      "test.yaml:12:42: error[contradiction]: port 22 of node is the SSH server of the path plain
      12 |   plain: { from: master, to: node, port: 22, tunnel: ssh }
                                                    ^^"
    `)
  })

  it('a loop both closed and open', () => {
    expect(withChange('requests: 100', 'requests: 100, rate: 50/s')).toMatchInlineSnapshot(`
      "test.yaml:14:25: error[contradiction]: requests belongs to a closed loop, and this workload has a rate
      14 |   fresh: { path: plain, requests: 100, rate: 50/s }
                                   ^^^^^^^^
      hint: an open loop ends after \`for\`"
    `)
  })

  it('a loop neither closed nor open', () => {
    expect(withChange(', requests: 100', '')).toMatchInlineSnapshot(`
      "test.yaml:14:3: error[missing-key]: workloads.fresh says neither requests nor rate
      14 |   fresh: { path: plain }
             ^^^^^
      hint: write requests: 100 for a closed loop, or rate: 50/s for an open one"
    `)
  })

  it('a closed loop with a time', () => {
    expect(withChange('requests: 100', 'requests: 100, for: 10s')).toMatchInlineSnapshot(`
      "test.yaml:14:40: error[contradiction]: for belongs to an open loop, and this workload has no rate
      14 |   fresh: { path: plain, requests: 100, for: 10s }
                                                  ^^^
      hint: a closed loop ends with its requests"
    `)
  })

  it('more clients than requests', () => {
    expect(withChange('requests: 100', 'requests: 5, concurrency: 6')).toMatchInlineSnapshot(`
      "test.yaml:14:51: error[contradiction]: 6 clients cannot share 5 requests
      14 |   fresh: { path: plain, requests: 5, concurrency: 6 }
                                                             ^"
    `)
  })

  it('a route over a foreign link', () => {
    expect(withChange('paths:', 'routes: { other: { 10.0.0.0/8: wan } }\npaths:')).toMatchInlineSnapshot(`
      "test.yaml:10:32: error[contradiction]: the link wan does not end at other
      10 | routes: { other: { 10.0.0.0/8: wan } }
                                          ^^^"
    `)
  })

  it('a prefix with bits behind it', () => {
    expect(withChange('paths:', 'routes: { master: { 10.0.0.1/8: wan } }\npaths:')).toMatchInlineSnapshot(`
      "test.yaml:10:21: error[wrong-type]: 10.0.0.1/8 has bits behind its prefix
      10 | routes: { master: { 10.0.0.1/8: wan } }
                               ^^^^^^^^^^
      hint: the address is to be a multiple of the block; a single host is 10.0.0.1/32"
    `)
  })
})

describe('events', () => {
  it('an event about nothing', () => {
    expect(withEnd('events:\n  - { at: 1s }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:5: error[missing-key]: an event says set, link with state, or restart
      16 |   - { at: 1s }
               ^^^^^^^^^^
      hint: write it like { at: 30s, link: wan, state: down, for: 5s }"
    `)
  })

  it('an event about two things', () => {
    expect(withEnd('events:\n  - { at: 1s, link: wan, state: down, restart: node }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:39: error[contradiction]: an event is one thing; this one is link and restart
      16 |   - { at: 1s, link: wan, state: down, restart: node }
                                                 ^^^^^^^
      hint: write two events with the same \`at\`"
    `)
  })

  it('a link without a state', () => {
    expect(withEnd('events:\n  - { at: 1s, link: wan }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:5: error[missing-key]: the key state is missing in events.0
      16 |   - { at: 1s, link: wan }
               ^^^^^^^^^^^^^^^^^^^^^
      hint: write state: down"
    `)
  })

  it('a restart that lasts', () => {
    expect(withEnd('events:\n  - { at: 1s, restart: node, for: 5s }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:30: error[contradiction]: a restart takes no time
      16 |   - { at: 1s, restart: node, for: 5s }
                                        ^^^"
    `)
  })

  it('a figure that cannot change', () => {
    expect(
      withEnd(
        'events:\n  - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:22: error[not-modelled-yet]: links.wan.mtu cannot change while the scenario runs
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                ^^^^^^^^^^^^^
      test.yaml:16:43: error[not-modelled-yet]: hosts.node.cores cannot change while the scenario runs
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                                     ^^^^^^^^^^^^^^^^
      hint: only figures of links change while it runs: links.NAME.loss
      test.yaml:16:64: error[unknown-key]: links.wan.los cannot change while the scenario runs
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                                                          ^^^^^^^^^^^^^
      hint: did you mean loss?
      test.yaml:16:99: error[unknown-name]: no link is named lan
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                                                                                             ^^
      hint: did you mean wan?"
    `)
  })

  it('a figure with a wrong unit', () => {
    expect(withEnd('events:\n  - { at: 1s, set: { links.wan.loss: 1 } }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:38: error[wrong-unit]: expected a ratio in percent, found "1"
      16 |   - { at: 1s, set: { links.wan.loss: 1 } }
                                                ^
      hint: did you mean 1%?"
    `)
  })

  it('a figure set twice at one time', () => {
    expect(
      withEnd(
        'events:\n  - { at: 1s, for: 5s, set: { links.wan.loss: 1% } }\n  - { at: 3s, set: { links.wan.loss: 2% } }\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:17:22: error[contradiction]: event 0 sets wan.loss at the same time
      17 |   - { at: 3s, set: { links.wan.loss: 2% } }
                                ^^^^^^^^^^^^^^"
    `)
  })

  it('a link that is up and down', () => {
    expect(
      withEnd('events:\n  - { at: 1s, for: 5s, link: wan, state: down }\n  - { at: 3s, link: wan, state: up }\n'),
    ).toMatchInlineSnapshot(`
      "test.yaml:17:11: error[contradiction]: event 0 says something else about wan at this time
      17 |   - { at: 3s, link: wan, state: up }
                     ^^"
    `)
  })
})

describe('expectations', () => {
  it('nothing known', () => {
    expect(withEnd('expect:\n  - latencies(fresh) p50 < 10ms\n')).toMatchInlineSnapshot(`
      "test.yaml:16:5: error[bad-expectation]: nothing to expect is named latencies
      16 |   - latencies(fresh) p50 < 10ms
               ^^^^^^^^^
      hint: did you mean latency?"
    `)
  })

  it('a workload that is not there', () => {
    expect(withEnd('expect:\n  - latency(fesh) p50 < 10ms\n')).toMatchInlineSnapshot(`
      "test.yaml:16:13: error[unknown-name]: no workload is named fesh
      16 |   - latency(fesh) p50 < 10ms
                       ^^^^
      hint: did you mean fresh?"
    `)
  })

  it('a statistic that is not there', () => {
    expect(withEnd('expect:\n  - "latency(fresh) p90 < 10ms"\n')).toMatchInlineSnapshot(`
      "test.yaml:16:21: error[bad-expectation]: expected a statistic (min p50 p95 p99 max mean), found p90
      16 |   - "latency(fresh) p90 < 10ms"
                               ^^^
      hint: did you mean p50?"
    `)
  })

  it('a bound without a unit', () => {
    expect(withEnd('expect:\n  - throughput(fresh) > 80\n')).toMatchInlineSnapshot(`
      "test.yaml:16:25: error[wrong-unit]: a rate carries a unit, and 80 has none
      16 |   - throughput(fresh) > 80
                                   ^^
      hint: write a unit, as in 100Mbps; units are bps, kbps, Mbps, Gbps"
    `)
  })

  it('a comparison that is none', () => {
    expect(withEnd('expect:\n  - failed(fresh) == 0\n')).toMatchInlineSnapshot(`
      "test.yaml:16:19: error[bad-expectation]: expected a comparison (= < <= >= >), found ==
      16 |   - failed(fresh) == 0
                             ^^
      hint: did you mean =?"
    `)
  })

  it('a line that stops', () => {
    expect(withEnd('expect:\n  - latency(fresh) p50 <\n')).toMatchInlineSnapshot(`
      "test.yaml:16:25: error[bad-expectation]: the line ends where a duration is expected
      16 |   - latency(fresh) p50 <
                                   ^
      hint: write it like latency(WORKLOAD) p50 < 120ms"
    `)
  })

  it('a line that goes on', () => {
    expect(withEnd('expect:\n  - failed(fresh) = 0 requests\n')).toMatchInlineSnapshot(`
      "test.yaml:16:23: error[bad-expectation]: nothing follows here, found requests
      16 |   - failed(fresh) = 0 requests
                                 ^^^^^^^^"
    `)
  })

  it('a digest that is too short', () => {
    expect(withEnd('expect:\n  - workload(fresh) digest 53de\n')).toMatchInlineSnapshot(`
      "test.yaml:16:28: error[bad-expectation]: expected 8 to 16 hexadecimal digits in lower case, found 53de
      16 |   - workload(fresh) digest 53de
                                      ^^^^"
    `)
  })

  it('what is not modelled yet', () => {
    expect(
      withEnd(
        'expect:\n  - secret(x) stays secret from mallory\n  - never read by mallory on logs\n  - node(node) ready\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:5: error[not-modelled-yet]: expectations about secret are not modelled yet
      16 |   - secret(x) stays secret from mallory
               ^^^^^^
      test.yaml:17:5: error[not-modelled-yet]: expectations about never are not modelled yet
      17 |   - never read by mallory on logs
               ^^^^^
      test.yaml:18:5: error[not-modelled-yet]: expectations about node are not modelled yet
      18 |   - node(node) ready
               ^^^^"
    `)
  })
})

describe('what is planned', () => {
  it('sections', () => {
    expect(
      withEnd(
        'kubernetes: "1.30"\nsegments: {}\nfirewall: {}\nmiddleboxes: {}\ncluster: {}\nattackers: {}\naccept: []\nsweep: {}\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:15:1: error[not-modelled-yet]: kubernetes is not modelled yet
      15 | kubernetes: "1.30"
           ^^^^^^^^^^
      test.yaml:16:1: error[not-modelled-yet]: segments is not modelled yet
      16 | segments: {}
           ^^^^^^^^
      test.yaml:17:1: error[not-modelled-yet]: firewall is not modelled yet
      17 | firewall: {}
           ^^^^^^^^
      test.yaml:18:1: error[not-modelled-yet]: middleboxes is not modelled yet
      18 | middleboxes: {}
           ^^^^^^^^^^^
      test.yaml:19:1: error[not-modelled-yet]: cluster is not modelled yet
      19 | cluster: {}
           ^^^^^^^
      test.yaml:20:1: error[not-modelled-yet]: attackers is not modelled yet
      20 | attackers: {}
           ^^^^^^^^^
      test.yaml:21:1: error[not-modelled-yet]: accept is not modelled yet
      21 | accept: []
           ^^^^^^
      test.yaml:22:1: error[not-modelled-yet]: sweep is not modelled yet
      22 | sweep: {}
           ^^^^^"
    `)
  })

  it('a path kind', () => {
    expect(withChange('kind: apiserver-kubelet', 'kind: apiserver-etcd')).toMatchInlineSnapshot(`
      "test.yaml:11:17: error[not-modelled-yet]: apiserver-etcd is not modelled yet
      11 |   logs: { kind: apiserver-etcd, from: master, to: node }
                           ^^^^^^^^^^^^^^
      hint: today: custom, apiserver-kubelet"
    `)
  })

  it('Konnectivity', () => {
    expect(withChange('port: 8080', 'tunnel: konnectivity')).toMatchInlineSnapshot(`
      "test.yaml:12:44: error[not-modelled-yet]: konnectivity is not modelled yet
      12 |   plain: { from: master, to: node, tunnel: konnectivity }
                                                      ^^^^^^^^^^^^
      hint: today: none, ssh"
    `)
  })

  it('Konnectivity with settings', () => {
    expect(withChange('port: 8080', 'tunnel: { kind: konnectivity }')).toMatchInlineSnapshot(`
      "test.yaml:12:52: error[not-modelled-yet]: konnectivity is not modelled yet
      12 |   plain: { from: master, to: node, tunnel: { kind: konnectivity } }
                                                              ^^^^^^^^^^^^
      hint: today: ssh"
    `)
  })

  it('verification of the common name', () => {
    expect(withChange('to: node }', 'to: node, tls: { verify: ca+cn } }')).toMatchInlineSnapshot(`
      "test.yaml:11:75: error[not-modelled-yet]: ca+cn is not modelled yet
      11 |   logs: { kind: apiserver-kubelet, from: master, to: node, tls: { verify: ca+cn } }
                                                                                     ^^^^^
      hint: today: none, ca"
    `)
  })

  it('losses in bursts', () => {
    expect(withChange('rate: 100Mbps', 'loss: { gilbert: { good-to-bad: 0.1% } }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[not-modelled-yet]: links.wan.loss.gilbert is not modelled yet
      9 |   wan: { between: [master, node], delay: 10ms, loss: { gilbert: { good-to-bad: 0.1% } } }
                                                                 ^^^^^^^"
    `)
  })

  it('delays with long tails', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { log-normal: 1ms }')).toMatchInlineSnapshot(`
      "test.yaml:9:58: error[not-modelled-yet]: links.wan.jitter.log-normal is not modelled yet
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { log-normal: 1ms } }
                                                                   ^^^^^^^^^^"
    `)
  })

  it('keystrokes that carry a secret', () => {
    expect(withChange('requests: 100', 'kind: keystrokes, carries: [x]')).toMatchInlineSnapshot(`
      "test.yaml:14:25: error[not-modelled-yet]: workloads.fresh.kind is not modelled yet
      14 |   fresh: { path: plain, kind: keystrokes, carries: [x] }
                                   ^^^^
      test.yaml:14:43: error[not-modelled-yet]: workloads.fresh.carries is not modelled yet
      14 |   fresh: { path: plain, kind: keystrokes, carries: [x] }
                                                     ^^^^^^^"
    `)
  })

  it('BBR and the ns-3 profile', () => {
    expect(
      withChange('  master: {}', '  master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:5:13: error[not-modelled-yet]: hosts.master.zone is not modelled yet
      5 |   master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }
                      ^^^^
      test.yaml:5:41: error[not-modelled-yet]: bbr is not modelled yet
      5 |   master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }
                                                  ^^^
      hint: today: cubic, reno
      test.yaml:5:55: error[not-modelled-yet]: ns3 is not modelled yet
      5 |   master: { zone: a, tcp: { congestion: bbr, profile: ns3 } }
                                                                ^^^
      hint: today: linux, rfc"
    `)
  })
})

describe('--set', () => {
  it('without a value', () => {
    expect(withSet('links.wan.loss')).toMatchInlineSnapshot(`
      "--set:1:1: error[bad-override]: expected PATH=VALUE
      1 | links.wan.loss
          ^^^^^^^^^^^^^^
      hint: write it like links.wan.loss=1%"
    `)
  })

  it('with a wrong value', () => {
    expect(withSet('links.wan.loss=1')).toMatchInlineSnapshot(`
      "--set:1:16: error[wrong-unit]: expected a ratio in percent, found "1"
      1 | links.wan.loss=1
                         ^
      hint: did you mean 1%?"
    `)
  })

  it('with a misspelt step', () => {
    expect(withSet('links.wan.los=1%')).toMatchInlineSnapshot(`
      "--set:1:11: error[unknown-key]: links.wan has no key "los"
      1 | links.wan.los=1%
                    ^^^
      hint: did you mean loss?"
    `)
  })

  it('through a value that is no map', () => {
    expect(withSet('links.wan.delay.x=1ms')).toMatchInlineSnapshot(`
      "--set:1:17: error[bad-override]: there is no x in 10ms
      1 | links.wan.delay.x=1ms
                          ^
      hint: give the whole map, as in paths.logs.tunnel={kind: ssh, warm: false}"
    `)
  })

  it('beyond the end of a list', () => {
    expect(withSet('links.wan.between.2=node')).toMatchInlineSnapshot(`
      "--set:1:19: error[bad-override]: the list has 2 items; 2 is none of 0 to 1
      1 | links.wan.between.2=node
                            ^"
    `)
  })

  it('with an empty step', () => {
    expect(withSet('links..loss=1%')).toMatchInlineSnapshot(`
      "--set:1:7: error[bad-override]: a step of the path is empty or has blanks
      1 | links..loss=1%
                ^
      hint: write it like links.wan.loss=1%"
    `)
  })

  it('with broken YAML', () => {
    expect(withSet('links.wan={ delay: 10ms')).toMatchInlineSnapshot(`
      "--set:1:24: error[yaml-syntax]: flow map must end with a }
      1 | links.wan={ delay: 10ms
                                 ^"
    `)
  })

  it('with a step that JavaScript objects would take to heart', () => {
    expect(withSet('hosts.__proto__.cores=4')).toMatchInlineSnapshot(`
      "--set:1:7: error[bad-name]: __proto__ cannot be a key
      1 | hosts.__proto__.cores=4
                ^^^^^^^^^"
    `)
  })

  it('that makes a new thing, incompletely', () => {
    expect(withSet('links.lan.delay=1ms')).toMatchInlineSnapshot(`
      "--set:1:7: error[missing-key]: the key between is missing in links.lan
      1 | links.lan.delay=1ms
                ^^^"
    `)
  })
})

it('refuses a seed from outside that is not exact', () => {
  expect(problemsOf(SOUND, { seed: 2.5 })).toMatchInlineSnapshot(`
    "--seed:1:1: error[wrong-type]: expected a whole number
    1 | 2.5
        ^^^"
  `)
})
